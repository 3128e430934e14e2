# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /bursar
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /bursar
COPY --from=build --chown=node /bursar/package.json ./
COPY --from=build --chown=node /bursar/node_modules node_modules
COPY --from=build --chown=node /bursar/dist dist
COPY --from=build --chown=node /bursar/prisma prisma
COPY --from=build --chown=node /bursar/config config
# Where lectures' files are kept unless there is a bucket.
RUN install -d -o node .data .data/content
USER node
EXPOSE 3001
HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:3001/api/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/bin/main.js"]
