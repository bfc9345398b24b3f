package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.Dialer;
import io.faultline.net.HostPort;
import io.faultline.net.Http;
import io.faultline.net.LocalFile;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Asks a tracker how many seed a torrent (BEP 3, BEP 15, BEP 48). */
record BitTorrentCheck(
        Optional<URI> tracker,
        Optional<String> infoHash,
        Optional<URI> torrent,
        Optional<Path> torrentFile,
        int seeds,
        Optional<Path> caFile)
        implements Check {
    static final CheckType TYPE = CheckType.named("bittorrent")
            .summary("A tracker knows a torrent, and enough peers have all of it.")
            .about("""
                    Asks the tracker (`http`, `https` or `udp`) by a scrape how many peers have the whole torrent. Which \
                    torrent, is told by `info-hash`, or by a .torrent file from the web or from this machine, in which \
                    the tracker may be named too (a torrent from the internet names none in an internal network). No peer is connected to. UDP cannot go through a proxy.""")
            .example("""
                    torrent: https://releases.example.org/image-6.0.torrent
                    tracker: udp://tracker.example.org:6969/announce
                    seeds: 3""")
            .reads(BitTorrentCheck::read);

    private static final int LARGEST_TORRENT = 8 << 20;
    private static final int LARGEST_ANSWER = 64 << 10;
    private static final long PROTOCOL = 0x41727101980L;
    private static final int RESEND_MILLIS = 3000;

    private static BitTorrentCheck read(Keys keys) {
        BitTorrentCheck check = new BitTorrentCheck(
                keys.optionalUri(
                        "tracker",
                        java.util.List.of("https", "http", "udp"),
                        "The tracker's announce address; the torrent's own if none is written."),
                keys.optionalText("info-hash", "The torrent's info hash, 40 hexadecimal digits.")
                        .map(text -> text.toLowerCase(Locale.ROOT)),
                keys.optionalUri("torrent", java.util.List.of("https", "http"), "The .torrent file on the web."),
                keys.optionalFile("torrent-file", "The .torrent file on this machine."),
                keys.integer("seeds", 1, 0, 1_000_000, "So many peers must have all of it."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
        int named = (check.infoHash.isPresent() ? 1 : 0)
                + (check.torrent.isPresent() ? 1 : 0)
                + (check.torrentFile.isPresent() ? 1 : 0);
        if (named != 1 && (named > 0 || keys.has("tracker"))) {
            keys.problem("tracker", "expected one of 'info-hash', 'torrent' and 'torrent-file'");
        }
        if (named == 0 && !keys.has("tracker")) {
            keys.problem("torrent", "expected 'torrent', 'torrent-file', or 'info-hash' with 'tracker'");
        }
        if (check.infoHash.isPresent() && check.tracker.isEmpty()) {
            keys.problem("info-hash", "expected 'tracker' too");
        }
        if (!check.infoHash.map(text -> text.matches("[0-9a-f]{40}")).orElse(true)) {
            keys.problem("info-hash", "expected 40 hexadecimal digits");
        }
        if (check.tracker
                .filter(at -> at.getScheme().equals("udp") && at.getPort() < 0)
                .isPresent()) {
            keys.problem("tracker", "expected udp://host:port/announce, the port is missing");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Web web = new Web(probe, caFile);
        byte[] hash;
        Optional<URI> announce = tracker;
        Web asking = web;
        if (infoHash.isPresent()) {
            hash = HexFormat.of().parseHex(infoHash.get());
        } else {
            byte[] content = torrent.isPresent()
                    ? web.get(torrent.get(), LARGEST_TORRENT).found().body()
                    : LocalFile.read(torrentFile.orElseThrow());
            Bencode.Dictionary file = Bencode.read(content, "the torrent");
            hash = sha1(file.info());
            if (announce.isEmpty() && file.values().get("announce") instanceof String named) {
                announce = address(named);
                asking = torrent.isPresent() ? web.strangers(torrent.get()) : web;
            }
        }
        if (announce.isEmpty()) {
            return Result.critical("the torrent names no tracker that can be asked");
        }
        Swarm swarm = announce.get().getScheme().equalsIgnoreCase("udp")
                ? overUdp(asking.dialer(), announce.get(), hash)
                : overHttp(asking, announce.get(), hash);
        Findings findings = new Findings();
        findings.fact("tracker", announce.get());
        findings.fact("info hash", HexFormat.of().formatHex(hash));
        findings.measured("seeds", (double) swarm.seeds, "");
        findings.measured("leechers", (double) swarm.leechers, "");
        if (swarm.seeds < seeds) {
            findings.wrong("expected at least " + seeds + " seeds, but was " + swarm.seeds);
        }
        return findings.result("the torrent is seeded");
    }

    private record Swarm(long seeds, long leechers) {}

    private static Optional<URI> address(String named) {
        try {
            URI uri = URI.create(named);
            boolean known = uri.getHost() != null
                    && uri.getScheme() != null
                    && uri.getScheme().toLowerCase(Locale.ROOT).matches("https?|udp")
                    && (!uri.getScheme().equalsIgnoreCase("udp") || uri.getPort() > 0)
                    && Http.host(uri).port() > 0;
            return known ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The scrape address is the announce address with another word in its last part (BEP 48). */
    private static Swarm overHttp(Web web, URI announce, byte[] hash) throws IOException {
        String text = announce.toString();
        int last = text.lastIndexOf("/announce");
        if (last < 0 || text.indexOf('/', last + 1) >= 0) {
            throw new ProtocolFault("the tracker cannot be scraped: its address does not end in /announce");
        }
        StringBuilder quoted = new StringBuilder();
        for (byte b : hash) {
            quoted.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
        String scrape = text.substring(0, last) + "/scrape" + text.substring(last + "/announce".length());
        URI address = URI.create(scrape + (scrape.indexOf('?') < 0 ? "?" : "&") + "info_hash=" + quoted);
        Map<String, Object> answer = Bencode.read(
                        web.get(address, LARGEST_ANSWER).found().body(), "the tracker's answer")
                .values();
        if (answer.get("failure reason") instanceof String reason) {
            throw new ProtocolFault("the tracker refuses: " + reason);
        }
        if (answer.get("files") instanceof Map<?, ?> files
                && files.get(new String(hash, StandardCharsets.ISO_8859_1)) instanceof Map<?, ?> torrent
                && torrent.get("complete") instanceof Long complete
                && torrent.get("incomplete") instanceof Long incomplete) {
            return new Swarm(complete, incomplete);
        }
        throw new ProtocolFault("the tracker does not know the torrent");
    }

    private static Swarm overUdp(Dialer dialer, URI announce, byte[] hash) throws IOException {
        HostPort server = Http.host(announce);
        int transaction = new SecureRandom().nextInt();
        ByteBuffer hello = ByteBuffer.allocate(16).putLong(PROTOCOL).putInt(0).putInt(transaction);
        ByteBuffer greeting = ByteBuffer.wrap(ask(dialer, server, hello.array(), transaction, 0, 16));
        ByteBuffer question = ByteBuffer.allocate(36)
                .putLong(greeting.getLong(8))
                .putInt(2)
                .putInt(transaction + 1)
                .put(hash);
        ByteBuffer answer = ByteBuffer.wrap(ask(dialer, server, question.array(), transaction + 1, 2, 20));
        return new Swarm(answer.getInt(8), answer.getInt(16));
    }

    private static byte[] ask(Dialer dialer, HostPort server, byte[] question, int transaction, int action, int least)
            throws IOException {
        while (true) {
            byte[] answer = dialer.udp(
                    server,
                    question,
                    RESEND_MILLIS,
                    packet -> packet.length >= 8 && ByteBuffer.wrap(packet).getInt(4) == transaction);
            if (answer == null) {
                dialer.lifetime().left();
                continue;
            }
            if (ByteBuffer.wrap(answer).getInt() == 3) {
                throw new ProtocolFault(
                        "the tracker refuses: " + new String(answer, 8, answer.length - 8, StandardCharsets.UTF_8));
            }
            if (ByteBuffer.wrap(answer).getInt() != action || answer.length < least) {
                throw new ProtocolFault("the tracker gives an answer to something else");
            }
            return answer;
        }
    }

    private static byte[] sha1(byte[] info) throws ProtocolFault {
        if (info.length == 0) {
            throw new ProtocolFault("the torrent has no info");
        }
        try {
            return MessageDigest.getInstance("SHA-1").digest(info);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
