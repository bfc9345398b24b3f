package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import io.faultline.demo.HttpPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NixCacheCheckTest {
    private static final String HASH = "00bgd045z0d4icpbc2yyz4gx48ak44la";
    private static final String PATH = "/nix/store/" + HASH + "-hello-2.12";

    private final Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(new SecureRandom());
    private HttpPeer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpPeer.start();
        server.page("/nix-cache-info", "text/plain", "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 40\n");
        server.handle("/nar/x.nar", exchange -> {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders().set("Content-Length", "6");
            exchange.sendResponseHeaders(200, head ? -1 : 6);
            if (!head) {
                exchange.getResponseBody().write("hello\n".getBytes(StandardCharsets.UTF_8));
            }
        });
        narinfo("");
    }

    private void narinfo(String change) {
        String signed = "1;" + PATH + ";sha256:nar;120;/nix/store/" + HASH + "-hello-2.12,/nix/store/aaa-glibc";
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        byte[] bytes = signed.getBytes(StandardCharsets.UTF_8);
        signer.update(bytes, 0, bytes.length);
        String text = "StorePath: " + PATH + "\nURL: nar/x.nar\nCompression: none\nFileHash: sha256:"
                + "00zl4i1i7kgl1zfqaqbb1z7l6rmfa2dnb2h7x2aqlbpn3dxxxxxx\nFileSize: 6\nNarHash: sha256:nar\nNarSize: 120\n"
                + "References: " + HASH + "-hello-2.12 aaa-glibc\nSig: other-1:AAAA\nSig: cache-1:"
                + Base64.getEncoder().encodeToString(signer.generateSignature()) + "\n";
        String[] parts = change.split("=>");
        server.page(
                "/" + HASH + ".narinfo",
                "text/x-nix-narinfo",
                parts.length == 2 ? text.replace(parts[0], parts[1]) : text);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                      | OK       | their narinfo is signed",
                "NarSize: 120=>NarSize: 121 | CRITICAL | does not fit its content",
                "aaa-glibc=>bbb-glibc  | CRITICAL | does not fit its content",
                "cache-1:=>cache-2:    | CRITICAL | is not signed by cache-1, but by other-1, cache-2",
                "Sig: =>Other:         | CRITICAL | but by nobody",
                "nar/x.nar=>nar/y.nar  | CRITICAL | the archive of",
                "nar/x.nar=>../../x    | CRITICAL | names no archive",
                "FileSize: 6=>FileSize: 7 | CRITICAL | has 6 bytes, expected 7",
                "StorePath: /nix/store/00b=>StorePath: /nix/store/11b | CRITICAL | is for another path",
            })
    void paths_are_judged(String change, Status status, String shown) {
        narinfo(change == null ? "" : change);
        trial(PATH).expect(status, shown);
    }

    @Test
    void hashes_of_archives_are_compared_when_they_are_fetched() {
        String hash = NixCacheCheck.base32(
                HexFormat.of().parseHex("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"));
        narinfo("00zl4i1i7kgl1zfqaqbb1z7l6rmfa2dnb2h7x2aqlbpn3dxxxxxx=>" + hash);
        assertThat(trial(PATH, "download: true").run().status()).isEqualTo(Status.OK);
        narinfo("");
        assertThat(trial(PATH, "download: true").run().summary()).contains("another hash than its narinfo says");
    }

    @Test
    void what_is_missing_and_what_is_no_cache_is_named() {
        assertThat(trial("/nix/store/" + "1".repeat(32) + "-x").run().summary()).contains("the cache does not have");
        server.page("/nix-cache-info", "text/plain", "hello\n");
        assertThat(trial(PATH).run().summary()).contains("this is no Nix cache");
    }

    private Trial trial(String path, String... more) {
        return Trial.of(
                "nix-cache",
                "url: " + server.uri("/"),
                "paths: ['" + path + "']",
                "public-key: cache-1:"
                        + Base64.getEncoder()
                                .encodeToString(key.generatePublicKey().getEncoded()),
                String.join("\n", more));
    }
}
