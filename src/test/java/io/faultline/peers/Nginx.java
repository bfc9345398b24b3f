package io.faultline.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** nginx in the foreground with its own folder. */
final class Nginx {
    private Nginx() {}

    /** @param servers what stands in the http block */
    static RealServer start(Path home, String servers) throws IOException {
        Files.writeString(home.resolve("nginx.conf"), """
                user root;
                worker_processes 1;
                daemon off;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                  include /etc/nginx/mime.types;
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  %2$s
                }
                """.formatted(home, servers));
        return RealServer.start(
                home, "/usr/sbin/nginx", "-e", "stderr", "-p", home.toString(), "-c", home + "/nginx.conf");
    }
}
