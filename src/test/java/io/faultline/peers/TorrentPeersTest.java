package io.faultline.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
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

/** opentracker, over HTTP and UDP, with a torrent that Transmission made. */
@RealPeers
class TorrentPeersTest {
    @TempDir
    static Path folder;

    private static RealServer tracker;
    private static int port;
    private static String hash;

    @BeforeAll
    static void start() throws IOException {
        port = Ports.free();
        RealServer.run("chmod", "a+rx", folder.toString());
        Files.writeString(folder.resolve("image"), "content\n");
        for (String scheme : new String[] {"http", "udp"}) {
            RealServer.run(
                    "transmission-create",
                    "-o",
                    folder + "/" + scheme + ".torrent",
                    "-t",
                    scheme + "://127.0.0.1:" + port + "/announce",
                    folder + "/image");
        }
        String shown = RealServer.run("transmission-show", folder + "/http.torrent");
        hash = shown.replaceAll("(?s).*Hash: ([0-9a-f]{40}).*", "$1");
        assertThat(hash).hasSize(40);
        // Debian's tracker serves only torrents that stand in a list.
        Files.writeString(folder.resolve("whitelist"), hash + "\n");
        tracker = RealServer.start(
                        folder,
                        "/usr/bin/opentracker",
                        "-i",
                        "127.0.0.1",
                        "-p",
                        "" + port,
                        "-P",
                        "" + port,
                        "-d",
                        folder.toString(),
                        "-w",
                        "/whitelist")
                .listening(port);
    }

    @AfterAll
    static void stop() {
        tracker.close();
    }

    /** A client that has all of it tells the tracker so. */
    private static void seed() throws IOException {
        String quoted = hash.replaceAll("(..)", "%$1");
        Result answer = Trial.of(
                        "http",
                        "url: http://127.0.0.1:" + port + "/announce?info_hash=" + quoted
                                + "&peer_id=-FL0100-000000000001&port=50000&uploaded=0&downloaded=0&left=0&event=started",
                        "contains: interval")
                .run();
        assertThat(answer.status()).as(Trial.shown(answer)).isEqualTo(Status.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "torrent-file: HERE/http.torrent            | OK       | seeds=1.0",
                "torrent-file: HERE/udp.torrent             | OK       | seeds=1.0",
                "torrent-file: HERE/http.torrent;seeds: 2   | CRITICAL | expected at least 2 seeds, but was 1",
                "torrent-file: HERE/udp.torrent;seeds: 2    | CRITICAL | expected at least 2 seeds, but was 1",
                "tracker: AT/announce;info-hash: OTHER      | CRITICAL | ",
                "tracker: AT/other;info-hash: OTHER         | CRITICAL | does not end in /announce",
            })
    void torrents_are_judged(String lines, Status status, String shown) throws IOException {
        seed();
        Result result = trial(lines).run();
        assertThat(Trial.shown(result)).contains(shown == null ? "" : shown);
        assertThat(result.status()).as(Trial.shown(result)).isEqualTo(status);
    }

    private static Trial trial(String lines) {
        return Trial.of(
                "bittorrent",
                lines.replace(';', '\n')
                        .replace("HERE", folder.toString())
                        .replace("AT", "http://127.0.0.1:" + port)
                        .replace("OTHER", "0123456789".repeat(4)));
    }

    @Test
    void a_tracker_that_stands_still_ends_in_time() throws IOException {
        tracker.freeze();
        try {
            for (String scheme : new String[] {"http", "udp"}) {
                trial("torrent-file: HERE/" + scheme + ".torrent").expectNoEnd();
            }
        } finally {
            tracker.thaw();
        }
    }
}
