package io.faultline.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.check.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The daemon's protocol; directories are read with the real program, see the tests with real servers. */
class RsyncCheckTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "releases       \tall of them~mirror\t~@RSYNCD: EXIT~ | [releases, mirror] | OK | modules=2.0",
                "Welcome~to releases~releases\t~@RSYNCD: EXIT~        | [releases] | OK | modules=1.0",
                "mirror\t~@RSYNCD: EXIT~  | [releases] | CRITICAL | there is no module releases",
                "mirror\t~@RSYNCD: EXIT~  | [releases] | CRITICAL | modules: mirror",
                "@RSYNCD: EXIT~           | []         | OK       | modules=0.0",
                "@ERROR: max connections (2) reached -- try again later~ | [] | CRITICAL | max connections (2) reached",
                "mirror\t~                | [mirror]   | CRITICAL | closed by the other side",
            })
    void modules_are_judged(String said, String modules, Status status, String shown) throws IOException {
        try (ScriptedServer server = new ScriptedServer((client, in, out) -> {
            out.write("@RSYNCD: 32.0 sha512 sha256 md5\n".getBytes(StandardCharsets.US_ASCII));
            in.readNBytes("@RSYNCD: 31.0\n#list\n".length());
            out.write(said.replace("~", "\n").replace("\\t", "\t").getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
        })) {
            Trial.of("rsync", "server: '" + server.address() + "'", "modules: " + modules)
                    .expect(status, shown);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "folder: ../etc                | expected module/path",
                "folder: -e/x                  | expected module/path",
                "names: [x]                    | expected 'folder' too",
                "max-age: 1d                   | expected 'folder' too",
                "user: ada                     | expected both 'user' and 'password'",
                "{user: a/b, password: {secret: it}} | expected letters, digits",
            })
    void mistakes_are_told(String more, String problem) {
        String lines =
                more.startsWith("{") ? more.substring(1, more.length() - 1).replace(", ", "\n") : more;
        assertThat(Trial.of("rsync", "server: rsync.example.org", lines).problems())
                .singleElement()
                .asString()
                .contains(problem);
    }
}
