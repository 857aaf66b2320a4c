/** Vite builds the script as a worker, and the import is its URL. */
declare module "*?worker&url" {
  const address: string;
  export default address;
}
