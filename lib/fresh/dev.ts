/**
 * The builder: it bundles islands, collects routes and static files, and serves an app in development.
 * @module
 */
export { Builder, type BuildOptions } from "./builder.ts";
