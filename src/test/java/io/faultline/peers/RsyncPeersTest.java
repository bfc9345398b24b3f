package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** rsync as a daemon. */
@RealPeers
class RsyncPeersTest {
    @TempDir
    static Path folder;

    private static RealServer server;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        Path stable = Files.createDirectories(folder.resolve("releases/stable"));
        Files.createDirectory(folder.resolve("releases/empty"));
        Files.createDirectory(stable.resolve("image 6.0"));
        Path file = Files.writeString(stable.resolve("image.sig"), "signature\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-20T12:00:00Z")));
        Path secrets = Files.writeString(folder.resolve("secrets"), "ada:correct horse\n");
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rw-------"));
        RealServer.run("chmod", "a+rx", folder.toString());
        port = Ports.free();
        Files.writeString(folder.resolve("rsyncd.conf"), """
                port = %1$d
                address = 127.0.0.1
                use chroot = no
                motd file = %2$s/motd
                [releases]
                path = %2$s/releases
                comment = all of them
                [hidden]
                path = %2$s/releases
                list = no
                [private]
                path = %2$s/releases
                auth users = ada
                secrets file = %2$s/secrets
                """.formatted(port, folder));
        Files.writeString(folder.resolve("motd"), "Welcome to\nthe releases\n");
        server = RealServer.start(folder, "/usr/bin/rsync", "--daemon", "--no-detach", "--config=rsyncd.conf")
                .listening(port);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "modules: [releases, private]                      | OK       | modules=2.0",
                "modules: [hidden]                                 | CRITICAL | there is no module hidden",
                "folder: releases/stable                           | OK       | newest file: 2026-11-20T12:00:00Z",
                "folder: hidden/stable                             | OK       | names=2.0",
                "folder: releases/stable;names: [image 6.0, image.sig] | OK   | the directory can be listed",
                "folder: releases/stable;names: [image 7.0]        | CRITICAL | there is no image 7.0 in releases/stable",
                "folder: releases/stable;max-age: 3d               | OK       | age=172800.0s",
                "folder: releases/stable;max-age: 1d               | CRITICAL | is 2 d old, expected at most 1d",
                "folder: releases/empty;max-age: 1d                | CRITICAL | there is no file in releases/empty",
                "folder: releases/gone                             | CRITICAL | exit code: 23",
                "folder: nothing/here                              | CRITICAL | Unknown module",
                "folder: private/stable                            | CRITICAL | auth failed",
                "folder: private/stable;user: ada;password: {secret: right} | OK | names=2.0",
                "folder: private/stable;user: ada;password: {secret: wrong} | CRITICAL | auth failed",
            })
    void modules_and_directories_are_judged(String lines, Status status, String shown) {
        trial(lines).expect(status, shown);
    }

    private static Trial trial(String lines) {
        return Trial.of("rsync", "server: 127.0.0.1:" + port, lines.replace(';', '\n'))
                .secret("right", "correct horse")
                .secret("wrong", "battery staple")
                .at(Instant.parse("2026-11-22T12:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({"modules: [releases]", "folder: releases/stable"})
    void a_server_that_stands_still_ends_in_time(String lines) throws IOException {
        server.freeze();
        try {
            trial(lines).expectNoEnd();
        } finally {
            server.thaw();
        }
    }

    @Test
    void a_server_that_is_gone_is_named() throws IOException {
        Result result = Trial.of("rsync", "server: 127.0.0.1:" + Ports.free(), "folder: releases/stable")
                .run();
        assertThat(Trial.shown(result)).startsWith("CRITICAL connection refused by 127.0.0.1:");
    }
}
