package io.faultline.checks;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.SftpException;
import io.faultline.check.Check;
import io.faultline.check.CheckType;
import io.faultline.check.Fact;
import io.faultline.check.Probe;
import io.faultline.check.Result;
import io.faultline.config.Keys;
import io.faultline.net.HostPort;
import io.faultline.net.ProtocolFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Logs in to an SFTP server, lists, writes, reads back and deletes, and looks whether a shell is to be had. */
record SftpCheck(
        HostPort server,
        Path knownHosts,
        String user,
        SshSession.LoginKey key,
        String folder,
        List<String> names,
        boolean write,
        Shell shell)
        implements Check {
    enum Shell {
        ANY,
        REFUSED,
        WORKS
    }

    static final CheckType TYPE = CheckType.named("sftp")
            .summary("An SFTP server lets a key in, lists a folder, and keeps what is written there.")
            .about("""
                    Logs in with a key, after comparing the host key with `known-hosts`, and lists `folder`, where \
                    `names` must stand. With `write: true` it writes a small file of random content there, reads it \
                    back and deletes it; its name begins with `.faultline-probe-`. With `shell: refused` it also asks \
                    for a command to be run, which must not happen: accounts for files only should give no shell.""")
            .example("""
                    server: files.example.org
                    user: testsuite
                    key: {secret: testsuite-key}
                    known-hosts: known_hosts
                    folder: upload
                    write: true
                    shell: refused""")
            .reads(SftpCheck::read);

    private static final int MOST_NAMES = 20_000;
    private static final int PROBE_BYTES = 1024;

    SftpCheck {
        names = List.copyOf(names);
    }

    private static SftpCheck read(Keys keys) {
        SftpCheck check = new SftpCheck(
                keys.hostPort("server", 22, "The SSH server."),
                keys.file("known-hosts", "The file with the host keys that are right."),
                keys.text("user", "The user to log in as."),
                SshSession.LoginKey.read(keys),
                keys.text("folder", ".", "The folder to list; where one arrives if none is written."),
                keys.texts("names", "Files and folders that must stand in the folder."),
                keys.flag("write", false, "Write a small file into the folder, read it back and delete it."),
                keys.oneOf("shell", Shell.ANY, "What should become of a command: refused, works, or any (not tried)."));
        if (!check.key.isThere() && keys.has("user")) {
            keys.problem("user", "expected a key ('key' or 'key-file') too");
        }
        return check;
    }

    @Override
    public Result run(Probe probe) throws IOException {
        try (SshSession session = SshSession.open(probe, server, knownHosts, Optional.of(user), key)) {
            if (!session.hostKeys().isKnown()) {
                return session.hostKeys().judged();
            }
            if (session.refusal().isPresent()) {
                return Result.critical(
                        "the login is refused",
                        Fact.of("login", user + "@" + server),
                        Fact.butWas(session.refusal().get()));
            }
            Findings findings = new Findings();
            try {
                files(probe, session, findings);
                if (shell != Shell.ANY) {
                    shell(probe, session, findings);
                }
            } catch (JSchException e) {
                probe.lifetime().left();
                throw new ProtocolFault("the server does not offer SFTP: " + e.getMessage(), e);
            }
            return findings.result(write ? "files can be listed, written and read" : "files can be listed");
        }
    }

    private void files(Probe probe, SshSession session, Findings findings) throws IOException, JSchException {
        ChannelSftp sftp = (ChannelSftp) session.session().openChannel("sftp");
        sftp.connect(probe.lifetime().leftMillis());
        String step = "listed";
        try {
            Set<String> found = new HashSet<>();
            // JSch expands * and ? in the last part of a path.
            sftp.ls(folder.replaceAll("([*?\\\\])", "\\\\$1"), entry -> {
                found.add(entry.getFilename());
                return found.size() < MOST_NAMES
                        ? ChannelSftp.LsEntrySelector.CONTINUE
                        : ChannelSftp.LsEntrySelector.BREAK;
            });
            found.removeAll(Set.of(".", ".."));
            findings.measured("names", found.size(), "");
            for (String name : names) {
                if (!found.contains(name)) {
                    findings.wrong("there is no " + name + " in " + folder);
                }
            }
            if (write) {
                step = "written";
                probeFile(sftp, findings);
            }
        } catch (SftpException e) {
            probe.lifetime().left();
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof IOException fault) {
                    throw fault;
                }
            }
            findings.wrong("the folder " + folder + " cannot be " + step + ": "
                    + String.valueOf(e.getMessage()).replaceFirst("^SSH_FX_[A-Z_]+: ", ""));
        }
    }

    private void probeFile(ChannelSftp sftp, Findings findings) throws SftpException, IOException {
        byte[] content = new byte[PROBE_BYTES];
        new SecureRandom().nextBytes(content);
        String path = folder + "/.faultline-probe-" + HexFormat.of().formatHex(content, 0, 8);
        // As a plain name: what JSch would expand in it is quoted.
        String quoted = path.replaceAll("([*?\\\\])", "\\\\$1");
        sftp.put(new ByteArrayInputStream(content), quoted);
        try (InputStream in = sftp.get(quoted)) {
            byte[] back = in.readNBytes(PROBE_BYTES + 1);
            if (!Arrays.equals(content, back)) {
                findings.wrong("what was written is read back differently: " + PROBE_BYTES + " bytes became "
                        + (back.length == PROBE_BYTES ? "others" : back.length));
            }
        } finally {
            sftp.rm(quoted);
        }
        try {
            sftp.stat(quoted);
            findings.wrong("the file " + path + " is still there after it was deleted");
        } catch (SftpException e) {
            if (e.id != ChannelSftp.SSH_FX_NO_SUCH_FILE) {
                throw e;
            }
        }
    }

    private void shell(Probe probe, SshSession session, Findings findings) throws IOException, JSchException {
        ChannelExec exec = (ChannelExec) session.session().openChannel("exec");
        // The sum is worked out by a shell only: a server that sends the command back runs nothing.
        exec.setCommand("echo faultline-$((40 + 2))");
        exec.setInputStream(null);
        InputStream out = exec.getInputStream();
        String said;
        try {
            exec.connect(probe.lifetime().leftMillis());
            said = new String(out.readNBytes(1024), StandardCharsets.UTF_8).strip();
        } catch (JSchException | IOException e) {
            probe.lifetime().left();
            said = String.valueOf(e.getMessage());
        }
        boolean works = said.contains("faultline-42");
        if (shell == Shell.REFUSED && works) {
            findings.wrong("commands can be run, though there must be no shell");
        }
        if (shell == Shell.WORKS && !works) {
            findings.wrong("commands cannot be run: " + (said.isEmpty() ? "nothing came back" : said));
        }
    }
}
