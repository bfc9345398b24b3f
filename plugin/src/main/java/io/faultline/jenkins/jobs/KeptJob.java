package io.faultline.jenkins.jobs;

import hudson.Util;
import hudson.model.FreeStyleProject;
import hudson.util.AtomicFileWriter;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What Faultline remembers of a job that it made, in a file beside the job's own: so it moves along when the job is
 * renamed, and is not copied with it.
 *
 * @param subject the service or machine
 * @param source the catalogue's file that it was written in
 * @param wanted what the job was made from, as a digest
 * @param digest of the job's configuration as it was saved then
 * @param disabled Faultline has disabled it, because its service is gone
 */
record KeptJob(String subject, String source, String wanted, String digest, boolean disabled) {
    static final String FILE = "faultline-job.properties";

    /** What a person may choose without changing what the job does, and what differs from one version to the next. */
    private static final Pattern NOT_COUNTED = Pattern.compile(
            " plugin=\"[^\"]*\"|<disabled>[^<]*</disabled>|<canRoam>[^<]*</canRoam>|<assignedNode>[^<]*</assignedNode>"
                    + "|<actions/>|<\\?xml[^>]*>|\\s+");

    static Optional<KeptJob> of(FreeStyleProject job) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file(job), StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException("the file " + file(job) + " cannot be read: " + e.getMessage(), e);
        }
        String subject = properties.getProperty("subject");
        if (subject == null) {
            return Optional.empty();
        }
        return Optional.of(new KeptJob(
                subject,
                properties.getProperty("source", ""),
                properties.getProperty("wanted", ""),
                properties.getProperty("digest", ""),
                Boolean.parseBoolean(properties.getProperty("disabled"))));
    }

    void write(FreeStyleProject job) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("subject", subject);
        properties.setProperty("source", source);
        properties.setProperty("wanted", wanted);
        properties.setProperty("digest", digest);
        properties.setProperty("disabled", String.valueOf(disabled));
        try (AtomicFileWriter out = new AtomicFileWriter(file(job), StandardCharsets.UTF_8)) {
            properties.store(out, "Written by Faultline");
            out.commit();
        }
    }

    private static Path file(FreeStyleProject job) {
        return job.getRootDir().toPath().resolve(FILE);
    }

    /** Whether a person has changed the job since Faultline did. */
    boolean isChanged(FreeStyleProject job) throws IOException {
        return !digest.equals(digest(job));
    }

    static String digest(FreeStyleProject job) throws IOException {
        return digest(job.getConfigFile().asString());
    }

    static String digest(String config) {
        return Util.getDigestOf(counted(config));
    }

    static String counted(String config) {
        return NOT_COUNTED.matcher(config).replaceAll("");
    }

    KeptJob disabled(boolean nowDisabled) {
        return new KeptJob(subject, source, wanted, digest, nowDisabled);
    }
}
