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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
                    back and deletes it; its name begins with `.faultline-probe-`, and such files that are older than an \
                    hour are deleted too. With `shell: refused` it also asks \
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
    private static final String PROBE = ".faultline-probe-";
    private static final Duration LEFT_AFTER = Duration.ofHours(1);
    private static final int MOST_SAID = 64 << 10;

    /** What JSch says when the server answers SSH_MSG_CHANNEL_FAILURE (RFC 4254 5.4). */
    private static final String REQUEST_REFUSED = "failed to send channel request";

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
        Findings findings = new Findings();
        Optional<Result> refused = inSession(probe, session -> files(probe, session, findings));
        // In a session of its own: some servers allow one channel each, and that is no refusal of a shell.
        if (refused.isEmpty() && shell != Shell.ANY) {
            refused = inSession(probe, session -> shell(probe, session, findings));
        }
        return refused.orElseGet(
                () -> findings.result(write ? "files can be listed, written and read" : "files can be listed"));
    }

    private interface Step {
        void take(SshSession session) throws IOException, JSchException;
    }

    /** @return what is wrong with the server or the login, if it came to no session */
    private Optional<Result> inSession(Probe probe, Step step) throws IOException {
        try (SshSession session = SshSession.open(probe, server, knownHosts, Optional.of(user), key)) {
            if (!session.hostKeys().isKnown()) {
                return Optional.of(session.hostKeys().judged());
            }
            if (session.refusal().isPresent()) {
                return Optional.of(Result.critical(
                        "the login is refused",
                        Fact.of("login", user + "@" + server),
                        Fact.butWas(session.refusal().get())));
            }
            step.take(session);
            return Optional.empty();
        } catch (JSchException e) {
            probe.lifetime().left();
            throw new ProtocolFault("the server does not offer SFTP: " + e.getMessage(), e);
        }
    }

    private void files(Probe probe, SshSession session, Findings findings) throws IOException, JSchException {
        ChannelSftp sftp = (ChannelSftp) session.session().openChannel("sftp");
        sftp.connect(probe.lifetime().leftMillis());
        String step = "listed";
        try {
            Set<String> found = new HashSet<>();
            List<String> left = new ArrayList<>();
            sftp.ls(plain(folder), entry -> {
                found.add(entry.getFilename());
                if (isLeft(entry, probe.now())) {
                    left.add(folder + "/" + entry.getFilename());
                }
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
                for (String old : left) {
                    step = "cleaned up";
                    sftp.rm(plain(old));
                }
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
            findings.wrong("the folder " + folder + " cannot be " + step + ": " + reason(e));
        }
    }

    private static String reason(SftpException e) {
        return String.valueOf(e.getMessage()).replaceFirst("^SSH_FX_[A-Z_]+: ", "");
    }

    /** A file of a run that met its deadline before it could delete it. */
    private static boolean isLeft(ChannelSftp.LsEntry entry, Instant now) {
        return entry.getFilename().matches("\\Q" + PROBE + "\\E[0-9a-f]{16}")
                && now.getEpochSecond() - entry.getAttrs().getMTime() > LEFT_AFTER.toSeconds();
    }

    /** JSch expands * and ? in the last part of a path: here they are quoted. */
    private static String plain(String path) {
        return path.replaceAll("([*?\\\\])", "\\\\$1");
    }

    private void probeFile(ChannelSftp sftp, Findings findings) throws SftpException, IOException {
        byte[] content = new byte[PROBE_BYTES];
        new SecureRandom().nextBytes(content);
        String path = folder + "/" + PROBE + HexFormat.of().formatHex(content, 0, 8);
        String quoted = plain(path);
        sftp.put(new ByteArrayInputStream(content), quoted);
        try (InputStream in = sftp.get(quoted)) {
            byte[] back = in.readNBytes(PROBE_BYTES + 1);
            if (!Arrays.equals(content, back)) {
                findings.wrong("what was written is read back differently: " + PROBE_BYTES + " bytes became "
                        + (back.length == PROBE_BYTES ? "others" : back.length));
            }
        } catch (SftpException e) {
            findings.wrong("what was written into " + folder + " cannot be read back: " + reason(e));
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
        // The sum is worked out where commands run: a server that sends the command back runs nothing. Shells of all
        // kinds know this one.
        exec.setCommand("expr 4240 + 2");
        exec.setInputStream(null);
        InputStream out = exec.getInputStream();
        String said;
        try {
            exec.connect(probe.lifetime().leftMillis());
            // Login scripts may say much before.
            said = new String(out.readNBytes(MOST_SAID), StandardCharsets.UTF_8).strip();
        } catch (JSchException e) {
            probe.lifetime().left();
            if (!String.valueOf(e.getMessage()).equals(REQUEST_REFUSED)) {
                throw new ProtocolFault("nothing is known about a shell: " + e.getMessage(), e);
            }
            said = "the request is refused";
        }
        boolean works = said.contains("4242");
        if (shell == Shell.REFUSED && works) {
            findings.wrong("commands can be run, though there must be no shell");
        }
        if (shell == Shell.WORKS && !works) {
            findings.wrong("commands cannot be run: " + (said.isEmpty() ? "nothing came back" : said));
        }
    }
}
