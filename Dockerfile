# Two stages: the full image has what a build may need, the slim one gets only what runs.
FROM node:24-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts: better-sqlite3 brings its binaries in the package, and nothing else of ours needs one.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
# The image has Node 24 of its own: the pinned one of a checkout is an optional dependency and stays out.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY LICENSE ./
COPY bin ./bin
COPY schemas ./schemas
COPY connectors ./connectors
COPY --from=build /app/dist ./dist

# A site's own files stay root's, so that the daemon cannot change them; its data and its drops are the daemon's.
# The link lets a volume of its own at /connectors hold the site's connectors, without hiding those of a bind-mounted /config.
RUN chmod 0755 bin/vestibule.js \
 && ln -s /app/bin/vestibule.js /usr/local/bin/vestibule \
 && mkdir -p /config/targets /connectors \
 && ln -s /connectors /config/connectors \
 && install -d -o node -g node -m 0700 /data \
 && install -d -o node -g node -m 0755 /drops

# TLS ends at the reverse proxy in front of this container (compose.yaml, docs/operations.md). Proposed commands are those of a shell in
# the container; compose.yaml has those of its own folder.
ENV VESTIBULE_LISTEN=0.0.0.0:8080 \
    VESTIBULE_PLAIN_HTTP=behindProxy \
    VESTIBULE_CONFIG=/config \
    VESTIBULE_DATA=/data \
    VESTIBULE_COMMAND=vestibule
VOLUME ["/config", "/connectors", "/data", "/drops"]
EXPOSE 8080
USER node
STOPSIGNAL SIGTERM
# Node asks, because the slim image has no curl. The port is the one the daemon was told.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.VESTIBULE_LISTEN.split(':').at(-1) + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=16", "/app/bin/vestibule.js"]
CMD ["start"]
