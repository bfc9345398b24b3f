package io.faultline.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A folder that faultline-agent takes for the machine's root: files as Linux has them, and programs that say a text. */
public record AgentRoot(Path folder) {
    public static final Path AGENT = Path.of("resources/agent/faultline-agent").toAbsolutePath();

    /** A machine on which all is well. */
    public static AgentRoot healthy(Path folder) throws IOException {
        AgentRoot root = new AgentRoot(folder);
        long now = Instant.now().getEpochSecond();
        root.file("proc/sys/kernel/random/boot_id", "9305336a-6686-4d76-8f25-05c82455f7e9\n");
        root.file("proc/uptime", "86400.25 12.00\n");
        root.file("proc/loadavg", "0.10 0.20 0.30 1/200 4242\n");
        root.file("proc/meminfo", """
                MemTotal:        4096000 kB
                MemFree:          100000 kB
                MemAvailable:    2048000 kB
                SwapTotal:       1024000 kB
                SwapFree:        1024000 kB
                """);
        root.file("proc/mounts", """
                proc /proc proc rw 0 0
                /dev/sda1 / ext4 rw,relatime 0 0
                /dev/sdb1 /srv/two\\040words xfs rw 0 0
                /dev/sda1 /mnt/again ext4 rw 0 0
                tmpfs /run tmpfs rw 0 0
                nas:/export /net nfs rw 0 0
                """);
        root.file("etc/os-release", "ID=debian\nVERSION_ID=\"13\"\nVERSION_CODENAME=trixie\n");
        root.file("var/cache/puppet/public/last_run_summary.yaml", """
                ---
                version:
                  config: 1763791200
                resources:
                  changed: 0
                  failed: 0
                  failed_to_restart: 0
                time:
                  last_run: %d
                events:
                  failure: 0
                """.formatted(now - 600));
        Files.createDirectories(folder.resolve("var/cache/puppet/state"));
        root.file("boot/vmlinuz-6.1.0-28-amd64", "");
        root.file("boot/vmlinuz-6.1.0-9-amd64", "");
        root.file("boot/vmlinuz-6.12.1-cloud", "");
        String lists = "/var/lib/apt/lists/deb.example.org_debian_dists_trixie_";
        root.file(lists.substring(1) + "InRelease", "Suite: stable\n");
        root.file("etc/faultline/files", "/etc/os-release\nnot a path\n/etc/gone\n");
        root.says("uname", "case $1 in -n) echo web1;; -r) echo 6.1.0-28-amd64;; esac");
        root.says("nproc", "echo 4");
        root.says("stat", "echo '4096 1000000 500000 400000 65536 60000'");
        root.says("systemctl", """
                case $* in
                  is-system-running) echo running;;
                  *--state=failed*) ;;
                  *) echo 'ssh.service loaded active running OpenBSD Secure Shell server';;
                esac""");
        root.says("apt-get", """
                case $* in
                  indextargets*) echo '%smain_binary-amd64_Packages main/binary-amd64/Packages http://u:p@deb.example.org/debian/ trixie';;
                  *dist-upgrade) echo 'Inst openssl [3.0.1] (3.0.2 Debian-Security:13/stable-security [amd64])'
                     echo 'Inst less [1] (2 Debian:13.1/stable [amd64])'
                     echo '2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.';;
                esac""".formatted(lists));
        root.says(
                "chronyc",
                "echo 'C0000201,192.0.2.1,3,1763791200.1,-0.000012345,0.00001,0.00002,1.0,0.0,0.1,0.01,0.002,64.5,Normal'");
        root.says("dpkg-query", "echo 'ii  openssl amd64 3.0.1'; echo 'rc  gone amd64 1'; echo 'iF  half amd64 2'");
        root.says("ss", "echo 'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*'; echo 'udp UNCONN 0 0 [::1]:323 [::]:*'");
        root.says("sha256sum", "echo \"" + "ab".repeat(32) + "  $1\"");
        return root;
    }

    public void file(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** A program in the shell's own words. */
    public void says(String program, String script) throws IOException {
        file("bin/" + program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(folder.resolve("bin/" + program), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    public void remove(String path) throws IOException {
        Files.delete(folder.resolve(path));
    }

    /** What the agent prints, run by this shell (a program and its first arguments). */
    public String run(List<String> shell, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(shell);
        command.addAll(List.of(AGENT.toString(), "--root", folder.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // What a caller may try to slip in.
        builder.environment().put("SSH_ORIGINAL_COMMAND", "cat /etc/passwd; touch " + folder.resolve("written"));
        builder.environment().put("LC_ALL", "de_DE.UTF-8");
        builder.environment().put("IFS", "/");
        Process process = builder.start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    public Facts facts(List<String> shell, String... arguments) throws IOException {
        return FactsReader.read(
                run(shell, arguments).getBytes(StandardCharsets.UTF_8), Optional.empty(), Instant.now());
    }
}
