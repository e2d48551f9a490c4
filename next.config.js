/** @type {import('next').NextConfig} */
export default {
  // Types are checked by `npm run types`, once, for the whole project.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  // Native or process-spawning packages stay outside the bundle.
  serverExternalPackages: ['libsql', 'sharp', 'esbuild', 'jsonata'],
  devIndicators: false,
};
