package io.faultline.checks;

import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.Http;
import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at a Nix binary cache: its description, and whether store paths are there and signed (Nix manual, narinfo). */
record NixCacheCheck(URI url, List<String> paths, Optional<String> publicKey, boolean download, Optional<Path> caFile)
        implements Check {
    /** What stands before the 32 bytes of a key in its X.509 form (RFC 8410, 4). */
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    static final CheckType TYPE = CheckType.named("nix-cache")
            .summary("A Nix binary cache has the expected store paths, signed with the right key.")
            .about("""
                    Reads nix-cache-info, and the narinfo of each of `paths`. With `public-key` (as in \
                    trusted-public-keys) each must have a signature by that key which fits its content. The archive \
                    that it names must be there, with its length; with `download: true` it is fetched and its hash \
                    compared, which counts against the check's byte limit. What is signed is the narinfo with the hash of \
                    the unpacked archive (NarHash), which is not computed: `download` finds archives that broke, and \
                    not those that somebody swapped together with their FileHash.""")
            .example("""
                    url: https://cache.example.org/
                    public-key: cache.example.org-1:w4Yzq9W0nFVJ3cTG5+f9dGhpcyBpcyBhbiBleGFtcGw=
                    paths: [00bgd045z0d4icpbc2yyz4gx48ak44la-hello-2.12]""")
            .reads(NixCacheCheck::read);

    private static final int LARGEST_INFO = 256 << 10;
    private static final String DIGITS = "0123456789abcdfghijklmnpqrsvwxyz";

    NixCacheCheck {
        paths = List.copyOf(paths);
    }

    private static NixCacheCheck read(Keys keys) {
        NixCacheCheck check = new NixCacheCheck(
                keys.uri("url", List.of("https", "http"), "The address of the cache."),
                keys.texts("paths", "Store paths that must be there: /nix/store/hash-name, hash-name, or the hash."),
                keys.optionalText("public-key", "The key that must have signed them, as name:base64."),
                keys.flag("download", false, "Fetch the archives and compare their hashes."),
                keys.optionalFile("ca-file", "Trust the certificates in this PEM file, and not those of the system."));
        if (!check.paths.stream().allMatch(path -> path.matches("(/nix/store/)?[0-9a-z]{32}(-[0-9A-Za-z+._?=-]+)?"))) {
            keys.problem("paths", "expected store paths such as /nix/store/00bgd045z0d4icpbc2yyz4gx48ak44la-hello");
        }
        if (check.publicKey.isPresent() && key(check.publicKey.get()).isEmpty()) {
            keys.problem("public-key", "expected name:base64, an Ed25519 key of 32 bytes");
        }
        return check;
    }

    private static Optional<byte[]> key(String written) {
        int colon = written.indexOf(':');
        try {
            byte[] key = Base64.getDecoder().decode(written.substring(colon + 1));
            return colon > 0 && key.length == 32 ? Optional.of(key) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Result run(Probe probe) throws IOException {
        Web web = new Web(probe, caFile);
        Map<String, List<String>> about = fields(
                web.get(Web.below(url, "nix-cache-info"), LARGEST_INFO).found().text());
        if (!about.containsKey("StoreDir")) {
            throw new ProtocolFault("nix-cache-info names no StoreDir: this is no Nix cache");
        }
        Findings findings = new Findings();
        findings.fact("store", about.get("StoreDir").get(0));
        for (String path : paths) {
            String hash = path.replaceFirst("^/nix/store/", "").substring(0, 32);
            Web.Page page = web.get(Web.below(url, hash + ".narinfo"), LARGEST_INFO);
            if (page.isOk()) {
                judge(web, path, fields(page.text()), findings);
            } else {
                findings.wrong("the cache does not have " + path + ": " + page.shownStatus());
            }
        }
        return findings.result(
                paths.isEmpty()
                        ? "the cache answers"
                        : publicKey.isPresent()
                                ? "the paths are there, and their narinfo is signed"
                                : "the paths are there");
    }

    private static Map<String, List<String>> fields(String text) {
        Map<String, List<String>> fields = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
        });
        return fields;
    }

    private void judge(Web web, String path, Map<String, List<String>> info, Findings findings) throws IOException {
        String storePath = first(info, "StorePath");
        String name = path.replaceFirst("^/nix/store/", "");
        if (!storePath.substring(storePath.lastIndexOf('/') + 1).startsWith(name)) {
            findings.wrong("the narinfo of " + path + " is for another path: " + storePath);
            return;
        }
        if (publicKey.isPresent()) {
            signature(path, storePath, info, findings);
        }
        String where = first(info, "URL");
        if (!where.matches("[A-Za-z0-9._/+?=&%-]{1,500}") || where.contains("..")) {
            findings.wrong("the narinfo of " + path + " names no archive");
            return;
        }
        URI archive = Web.below(url, where);
        String size = first(info, "FileSize");
        if (!download) {
            Web.Page head = web.head(archive);
            String length = head.field("Content-Length").orElse(size);
            if (!head.isOk()) {
                findings.wrong("the archive of " + path + " is not there: " + head.shownStatus());
            } else if (!size.isEmpty() && !length.equals(size)) {
                findings.wrong("the archive of " + path + " has " + length + " bytes, expected " + size);
            }
            return;
        }
        try (Http http = Http.connect(web.dialer(), archive, caFile)) {
            Http.Answer answer = http.send("GET", List.of());
            if (answer.status() != 200) {
                findings.wrong("the archive of " + path + " is not there: "
                        + (answer.status() + " " + answer.reason()).strip());
                return;
            }
            String expected = first(info, "FileHash").replaceFirst("^sha256:", "");
            byte[] digest = sha256(answer.raw());
            if (!expected.equals(base32(digest))
                    && !expected.equals(HexFormat.of().formatHex(digest))) {
                findings.wrong("the archive of " + path + " has another hash than its narinfo says");
            }
        }
    }

    private void signature(String path, String storePath, Map<String, List<String>> info, Findings findings) {
        String folder = storePath.substring(0, storePath.lastIndexOf('/') + 1);
        List<String> references = new ArrayList<>();
        for (String reference : first(info, "References").split(" ")) {
            if (!reference.isEmpty()) {
                references.add(folder + reference);
            }
        }
        String signed = "1;" + storePath + ";" + first(info, "NarHash") + ";" + first(info, "NarSize") + ";"
                + String.join(",", references);
        String key = publicKey.orElseThrow();
        String name = key.substring(0, key.indexOf(':'));
        List<String> names = new ArrayList<>();
        for (String signature : info.getOrDefault("Sig", List.of())) {
            int colon = signature.indexOf(':');
            names.add(colon < 0 ? signature : signature.substring(0, colon));
            if (colon > 0
                    && signature.substring(0, colon).equals(name)
                    && fits(signed, signature.substring(colon + 1))) {
                return;
            }
        }
        findings.wrong(
                names.contains(name)
                        ? "the signature of " + path + " by " + name + " does not fit its content"
                        : path + " is not signed by " + name + ", but by "
                                + (names.isEmpty() ? "nobody" : String.join(", ", names)));
    }

    private boolean fits(String signed, String signature) {
        try {
            byte[] decoded = Base64.getDecoder().decode(signature);
            byte[] key = key(publicKey.orElseThrow()).orElseThrow();
            byte[] encoded = ByteBuffer.allocate(ED25519.length + key.length)
                    .put(ED25519)
                    .put(key)
                    .array();
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
            verifier.update(signed.getBytes(StandardCharsets.UTF_8));
            return verifier.verify(decoded);
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return false;
        }
    }

    private static String first(Map<String, List<String>> info, String name) {
        return info.getOrDefault(name, List.of("")).get(0);
    }

    /** Nix's own base 32: other digits, and the bits from the end. */
    static String base32(byte[] hash) {
        StringBuilder text = new StringBuilder();
        for (int n = (hash.length * 8 - 1) / 5; n >= 0; n--) {
            int bit = n * 5;
            int low = (hash[bit / 8] & 0xff) >> bit % 8;
            int high = bit / 8 + 1 < hash.length ? (hash[bit / 8 + 1] & 0xff) << 8 - bit % 8 : 0;
            text.append(DIGITS.charAt((low | high) & 31));
        }
        return text.toString();
    }

    /** While it is read: archives are larger than what should lie in memory. */
    private static byte[] sha256(InputStream content) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            content.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
