/** The URL of a style, which the build puts into a file of its own. */
declare module "*.css?url" {
  const url: string;
  export default url;
}
