package io.faultline.peers;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A binary cache that Nix made and signed, served by nginx. */
@RealPeers
class NixPeersTest {
    @TempDir
    static Path folder;

    private static RealServer nginx;
    private static int port;
    private static String path;
    private static String key;

    @BeforeAll
    static void start() throws IOException {
        Map<String, String> nix = Map.of(
                "HOME",
                folder.toString(),
                "NIX_CONFIG",
                "experimental-features = nix-command\nbuild-users-group =\nsandbox = false\n",
                "NIX_STATE_DIR",
                folder + "/state",
                "NIX_STORE_DIR",
                folder + "/store",
                "NIX_LOG_DIR",
                folder + "/log",
                "NIX_REMOTE",
                "");
        RealServer.run(
                nix, "nix-store", "--generate-binary-cache-key", "cache-1", folder + "/secret", folder + "/public");
        Files.writeString(folder.resolve("hello"), "hello\n");
        path = RealServer.run(nix, "nix-store", "--add", folder + "/hello").strip();
        RealServer.run(
                nix,
                "nix",
                "copy",
                "--to",
                "file://" + folder + "/cache?secret-key=" + folder + "/secret&compression=xz",
                path);
        key = Files.readString(folder.resolve("public")).strip();
        port = Ports.free();
        nginx = Nginx.start(folder, "server { listen 127.0.0.1:%d; root %s/cache; }".formatted(port, folder))
                .listening(port);
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "paths: [PATH];public-key: KEY                | OK       | their narinfo is signed",
                "paths: [PATH];public-key: KEY;download: true | OK       | their narinfo is signed",
                "paths: [PATH];public-key: OTHER              | CRITICAL | does not fit its content",
                "paths: [00bgd045z0d4icpbc2yyz4gx48ak44la]    | CRITICAL | the cache does not have",
            })
    void caches_are_judged(String lines, Status status, String shown) {
        Trial.of(
                        "nix-cache",
                        "url: http://127.0.0.1:" + port + "/",
                        lines.replace(';', '\n')
                                .replace("PATH", path.substring(path.lastIndexOf('/') + 1))
                                .replace("KEY", key)
                                .replace("OTHER", "cache-1:" + "A".repeat(43) + "="))
                .expect(status, shown);
    }
}
