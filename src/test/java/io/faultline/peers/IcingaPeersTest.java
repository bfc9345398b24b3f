package io.faultline.peers;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import io.faultline.demo.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Icinga 2 and its API. */
@RealPeers
class IcingaPeersTest {
    @TempDir
    static Path folder;

    private static RealServer icinga;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        port = Ports.free();
        PeerCertificate.make(folder);
        Path data = Files.createDirectories(folder.resolve("data/certs"));
        RealServer.run("cp", folder + "/cert.pem", data + "/127.0.0.1.crt");
        RealServer.run("cp", folder + "/key.pem", data + "/127.0.0.1.key");
        RealServer.run("cp", folder + "/cert.pem", data + "/ca.crt");
        for (String name : new String[] {"cache", "log", "run", "spool"}) {
            Files.createDirectories(folder.resolve(name));
        }
        Files.writeString(folder.resolve("icinga2.conf"), """
                const NodeName = "127.0.0.1"
                object Endpoint "127.0.0.1" {}
                object Zone "stone" { endpoints = [ "127.0.0.1" ] }
                object ApiListener "api" {
                  bind_host = "127.0.0.1"
                  bind_port = %d
                }
                object ApiUser "probe" {
                  password = "correct-horse"
                  permissions = [ "status/query" ]
                }
                object ApiUser "other" {
                  password = "correct-horse"
                  permissions = [ "actions/*" ]
                }
                object IcingaApplication "app" { enable_notifications = false }
                """.formatted(port));
        icinga = RealServer.start(
                        folder,
                        "/usr/sbin/icinga2",
                        "daemon",
                        "-c",
                        folder + "/icinga2.conf",
                        "-DDataDir=" + folder + "/data",
                        "-DCacheDir=" + folder + "/cache",
                        "-DLogDir=" + folder + "/log",
                        "-DInitRunDir=" + folder + "/run",
                        "-DSpoolDir=" + folder + "/spool",
                        "-DConfigDir=" + folder,
                        "-DRunAsUser=root",
                        "-DRunAsGroup=root")
                .listening(port);
    }

    @AfterAll
    static void stop() {
        icinga.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "user: probe;password: {secret: right} | WARNING  | notifications are switched off",
                "user: probe;password: {secret: right} | WARNING  | version: r2.",
                "user: probe;password: {secret: wrong} | CRITICAL | refuses the login: 401",
                "user: other;password: {secret: right} | CRITICAL | the API answers 404",
                "                                      | OK       | the API answers, and asks for a login",
            })
    void the_state_is_judged(String lines, Status status, String shown) {
        trial(lines == null ? "" : lines).expect(status, shown);
    }

    private static Trial trial(String lines) {
        return Trial.of(
                        "icinga",
                        "url: https://127.0.0.1:" + port + "/",
                        "ca-file: " + folder + "/cert.pem",
                        lines.replace(';', '\n'))
                .secret("right", "correct-horse")
                .secret("wrong", "battery-staple");
    }

    @Test
    void an_api_that_stands_still_ends_in_time() throws IOException {
        icinga.freeze();
        try {
            trial("").expectNoEnd();
        } finally {
            icinga.thaw();
        }
    }
}
