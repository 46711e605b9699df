# Two stages: the full image contains the build tools, and the slim image only the program.
FROM node:24-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Install scripts are not needed: the package of better-sqlite3 contains its binaries, and no other package has to be built.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
# The image contains Node 24, so the Node that a checkout installs as an optional dependency is omitted.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY LICENSE ./
COPY bin ./bin
COPY schemas ./schemas
COPY connectors ./connectors
COPY --from=build /app/dist ./dist

# The configuration belongs to root, so that the daemon cannot change it; /data and /drops belong to the daemon's user.
# Through the link, the site's connectors can be in a separate volume at /connectors. A bind-mounted /config uses its own connectors folder.
RUN chmod 0755 bin/vestibule.js \
 && ln -s /app/bin/vestibule.js /usr/local/bin/vestibule \
 && mkdir -p /config/targets /connectors \
 && ln -s /connectors /config/connectors \
 && install -d -o node -g node -m 0700 /data \
 && install -d -o node -g node -m 0755 /drops

# A reverse proxy in front of this container handles TLS (compose.yaml, docs/operations.md). VESTIBULE_COMMAND is for a shell in the
# container; compose.yaml overrides it with a command for a shell outside.
ENV VESTIBULE_LISTEN=0.0.0.0:8080 \
    VESTIBULE_PLAIN_HTTP=behindProxy \
    VESTIBULE_CONFIG=/config \
    VESTIBULE_DATA=/data \
    VESTIBULE_COMMAND=vestibule
VOLUME ["/config", "/connectors", "/data", "/drops"]
EXPOSE 8080
USER node
STOPSIGNAL SIGTERM
# The check runs in Node, because the slim image has no curl. It uses the port that the daemon listens on.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.VESTIBULE_LISTEN.split(':').at(-1) + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=16", "/app/bin/vestibule.js"]
CMD ["start"]
