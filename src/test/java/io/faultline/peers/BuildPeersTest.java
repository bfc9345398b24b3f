package io.faultline.peers;

import io.faultline.check.Status;
import io.faultline.checks.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs that gcc made with and without hardening, and packages that dpkg-deb made twice. */
@RealPeers
class BuildPeersTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void build() throws IOException {
        Path source = Files.writeString(folder.resolve("x.c"), """
                #include <stdio.h>
                #include <string.h>
                int main(int argc, char **argv) { char b[64]; strcpy(b, argv[argc - 1]); puts(b); return (int) strlen(b); }
                """);
        compile(
                source,
                "hard",
                "-O2",
                "-fPIE",
                "-pie",
                "-fstack-protector-strong",
                "-D_FORTIFY_SOURCE=2",
                "-Wl,-z,relro,-z,now");
        compile(
                source,
                "soft",
                "-O2",
                "-no-pie",
                "-fno-stack-protector",
                "-U_FORTIFY_SOURCE",
                "-Wl,-z,norelro,-z,lazy,-z,execstack");
        compile(
                source,
                "lazy",
                "-O2",
                "-fPIE",
                "-pie",
                "-fstack-protector-strong",
                "-D_FORTIFY_SOURCE=2",
                "-Wl,-z,relro,-z,lazy");
        Files.writeString(folder.resolve("x.deb"), "no package");
        pack("1", "hello", "1700000000");
        pack("2", "hello", "1700000000");
        pack("3", "hellO", "1700000000");
        pack("4", "hello", "1700000099");
    }

    private static void compile(Path source, String name, String... flags) throws IOException {
        String[] command = new String[flags.length + 4];
        command[0] = "gcc";
        System.arraycopy(flags, 0, command, 1, flags.length);
        command[flags.length + 1] = "-o";
        command[flags.length + 2] = folder.resolve(name).toString();
        command[flags.length + 3] = source.toString();
        RealServer.run(command);
    }

    private static void pack(String number, String content, String epoch) throws IOException {
        Path tree = Files.createDirectories(folder.resolve("tree" + number));
        Files.createDirectories(tree.resolve("DEBIAN"));
        Files.createDirectories(tree.resolve("usr/bin"));
        Files.writeString(tree.resolve("DEBIAN/control"), """
                Package: hello
                Version: 1.0
                Architecture: amd64
                Maintainer: Ada <ada@example.org>
                Description: says hello
                """);
        Files.writeString(tree.resolve("usr/share"), content);
        Files.copy(folder.resolve(number.equals("3") ? "soft" : "hard"), tree.resolve("usr/bin/hello"));
        RealServer.run("find", tree.toString(), "-exec", "touch", "-d", "@1600000000", "{}", "+");
        Files.createDirectories(folder.resolve(number));
        RealServer.run(
                Map.of("SOURCE_DATE_EPOCH", epoch),
                "dpkg-deb",
                "--root-owner-group",
                "--build",
                tree.toString(),
                folder + "/" + number + "/hello.deb");
    }

    @Test
    void what_unpacks_to_too_much_is_left_alone() throws IOException {
        RealServer.run("truncate", "--size=5G", folder + "/huge");
        RealServer.run(
                "tar", "--create", "--sparse", "--file", folder + "/bomb.tar", "--directory", folder + "", "huge");
        RealServer.run("tar", "--create", "--file", folder + "/small.tar", "--directory", folder + "", "x.c");
        Files.delete(folder.resolve("huge"));
        Trial.of("reproducible", "first: " + folder + "/small.tar", "second: " + folder + "/bomb.tar")
                .expect(Status.CRITICAL, "bomb.tar is too large to unpack");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hardening    | file: HERE/hard;require: ALL                 | OK       | the file is hardened",
                "hardening    | file: HERE/soft;require: ALL                 | CRITICAL | lacks bind-now, canary, fortify, nx, pie, relro",
                "hardening    | file: HERE/lazy;require: ALL                 | CRITICAL | lacks bind-now",
                "hardening    | file: HERE/lazy                              | OK       | the file is hardened",
                "hardening    | file: HERE/1/hello.deb;require: ALL          | OK       | files=1.0",
                "hardening    | file: HERE/x.deb                            | CRITICAL | x.deb cannot be unpacked: dpkg-deb: error:",
                "hardening    | file: HERE/3/hello.deb                       | CRITICAL | usr/bin/hello lacks nx, pie, relro",
                "hardening    | file: HERE/tree3;except: [bin/hello]         | UNKNOWN  | there is no ELF file",
                "hardening    | file: HERE;except: [soft, tree3/usr/bin/hello] | OK     | are hardened",
                "reproducible | first: HERE/1/hello.deb;second: HERE/2/hello.deb | OK   | both builds are the same",
                "reproducible | first: HERE/1/hello.deb;second: HERE/3/hello.deb | CRITICAL | first difference inside: usr/bin/hello differs first at byte",
                "reproducible | first: HERE/1/hello.deb;second: HERE/4/hello.deb | CRITICAL | none in any member: it is the order, the times",
            })
    void builds_are_judged(String type, String lines, Status status, String shown) {
        Trial.of(
                        type,
                        lines.replace(';', '\n')
                                .replace("ALL", "[pie, relro, bind-now, canary, fortify, nx]")
                                .replace("HERE", folder.toString()))
                .expect(status, shown);
    }
}
