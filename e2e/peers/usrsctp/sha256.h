#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BLOCK_BYTES 64
#define SHA256_HEX_BYTES 65 /* with the zero at its end */

/* A hash that is being computed (FIPS 180-4). */
struct sha256 {
	uint32_t state[8];
	uint64_t length;                     /* bytes so far */
	uint8_t block[SHA256_BLOCK_BYTES]; /* the last ones, which don't fill a block */
};

void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const uint8_t *bytes, size_t length);
/* Writes the hash as hexadecimal digits. Nothing can be added afterwards. */
void sha256_end(struct sha256 *hash, char hex[SHA256_HEX_BYTES]);

#endif
