/** @type {import('next').NextConfig} */
export default {
  // Types are checked by `npm run types`, once, for the whole project.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // It answers this machine alone: to compress two megabytes takes longer than to send them.
  compress: false,
  reactStrictMode: true,
  // Native or process-spawning packages stay outside the bundle.
  serverExternalPackages: ['libsql', 'sharp', 'esbuild', 'jsonata'],
  devIndicators: false,
  // A definition may have 1 MB, a document more: Next's own limit of 1 MB would cut it off.
  experimental: { serverActions: { bodySizeLimit: '8mb' } },
};
