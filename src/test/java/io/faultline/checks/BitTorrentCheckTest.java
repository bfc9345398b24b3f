package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Result;
import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import io.faultline.net.SystemResolver;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BitTorrentCheckTest {
    private static final String HASH = "6162636465666768696a6b6c6d6e6f7071727374";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "d5:filesd20:abcdefghijklmnopqrstd8:completei2e10:downloadedi9e10:incompletei1eeee | OK | seeds=2.0",
                "d5:filesd20:abcdefghijklmnopqrstd8:completei0e10:downloadedi9e10:incompletei1eeee | CRITICAL | expected at least 1 seeds, but was 0",
                "d5:filesdee                             | CRITICAL | does not know the torrent",
                "d14:failure reason9:forbiddene          | CRITICAL | the tracker refuses: forbidden",
                "<html>                                  | CRITICAL | is not bencoded",
                "d5:files99999999999:x                   | CRITICAL | is not bencoded",
                "llllllllllllllllllllllllllllllllllllll  | CRITICAL | lie too deep",
            })
    void trackers_over_http_are_judged(String said, Status status, String shown) throws IOException {
        try (HttpPeer server = HttpPeer.start()) {
            server.handle("/t/scrape", exchange -> {
                assertThat(exchange.getRequestURI().getRawQuery())
                        .isEqualTo("info_hash=%61%62%63%64%65%66%67%68%69%6A%6B%6C%6D%6E%6F%70%71%72%73%74");
                byte[] body = said.getBytes(StandardCharsets.ISO_8859_1);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            });
            Trial.of("bittorrent", "tracker: " + server.uri("/t/announce"), "info-hash: " + HASH)
                    .expect(status, shown);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | 3 | OK       | leechers=1.0",
                "2 | 0 | CRITICAL | expected at least 1 seeds, but was 0",
                "3 | 0 | CRITICAL | the tracker refuses: no such torrent",
                "9 | 0 | CRITICAL | an answer to something else",
            })
    void trackers_over_udp_are_judged(int action, int seeds, Status status, String shown) throws IOException {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < 2; i++) {
                        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                        server.receive(packet);
                        ByteBuffer asked = ByteBuffer.wrap(packet.getData());
                        ByteBuffer answer = ByteBuffer.allocate(100).putInt(i == 0 ? 0 : action);
                        answer.putInt(asked.getInt(12));
                        if (i == 0) {
                            assertThat(asked.getLong(0)).isEqualTo(0x41727101980L);
                            answer.putLong(4711);
                        } else if (action == 3) {
                            answer.put("no such torrent".getBytes(StandardCharsets.US_ASCII));
                        } else {
                            assertThat(asked.getLong(0)).isEqualTo(4711);
                            answer.putInt(seeds).putInt(9).putInt(1);
                        }
                        // Somebody else's answer, which is not ours.
                        byte[] stray = new byte[20];
                        server.send(new DatagramPacket(stray, 20, packet.getSocketAddress()));
                        server.send(new DatagramPacket(answer.array(), answer.position(), packet.getSocketAddress()));
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            thread.setDaemon(true);
            thread.start();
            Trial.of(
                            "bittorrent",
                            "tracker: udp://127.0.0.1:" + server.getLocalPort() + "/announce",
                            "info-hash: " + HASH)
                    .expect(status, shown);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://127.0.0.1:99999/announce | CRITICAL | names no tracker that can be asked",
                "udp://tracker.example.org:99999/announce | CRITICAL | names no tracker that can be asked",
                "http://127.0.0.1:PORT/announce  | CRITICAL | 127.0.0.1:PORT is in an internal network",
                "udp://127.0.0.1:PORT/announce   | UNKNOWN  | UDP cannot go through a SOCKS proxy",
            })
    void a_torrent_from_the_internet_leads_nowhere_else(String announce, Status status, String shown)
            throws IOException {
        try (HttpPeer server = HttpPeer.start();
                SocksPeer proxy = new SocksPeer()) {
            proxy.knows("www.example.org", server.address());
            String port = "" + server.address().port();
            String named = announce.replace("PORT", port);
            server.page(
                    "/x.torrent",
                    "application/x-bittorrent",
                    "d8:announce" + named.length() + ":" + named + "4:infod4:name1:xee");
            Trial.of("bittorrent", "torrent: http://www.example.org/x.torrent")
                    .through(proxy.route(), new SystemResolver())
                    .expect(status, shown.replace("PORT", port));
        }
    }

    @Test
    void a_torrent_of_too_many_values_is_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("many.torrent"), "d4:infol" + "0:".repeat(600_000) + "ee");
        Trial.of("bittorrent", "torrent-file: " + file)
                .expect(Status.CRITICAL, "there are more than 500000 bencoded values");
    }

    @Test
    void a_torrent_file_tells_tracker_and_hash() throws Exception {
        try (HttpPeer server = HttpPeer.start()) {
            String announce = server.uri("/announce").toString();
            String info = "d6:lengthi5e4:name5:imagee";
            String torrent = "d8:announce" + announce.length() + ":" + announce + "4:info" + info + "e";
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(info.getBytes(StandardCharsets.ISO_8859_1));
            server.handle("/scrape", exchange -> {
                byte[] body = ("d5:filesd20:" + new String(hash, StandardCharsets.ISO_8859_1)
                                + "d8:completei2e10:incompletei1eeee")
                        .getBytes(StandardCharsets.ISO_8859_1);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            });
            server.page("/image.torrent", "application/x-bittorrent", torrent);
            Path file = Files.writeString(folder.resolve("image.torrent"), torrent);
            for (String where : new String[] {"torrent: " + server.uri("/image.torrent"), "torrent-file: " + file}) {
                Result result = Trial.of("bittorrent", where).run();
                assertThat(Trial.shown(result))
                        .startsWith("OK the torrent is seeded")
                        .contains(HexFormat.of().formatHex(hash));
            }
            Files.writeString(file, "d4:info" + info + "e");
            assertThat(Trial.of("bittorrent", "torrent-file: " + file).run().summary())
                    .contains("names no tracker");
            Files.writeString(file, "d8:announce5:x:///e");
            assertThat(Trial.of("bittorrent", "torrent-file: " + file).run().summary())
                    .contains("has no info");
        }
    }
}
