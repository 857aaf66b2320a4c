/** Vite builds the named script as a worker's, by itself, and answers its address. */
declare module "*?worker&url" {
  const address: string;
  export default address;
}
