package io.faultline.jenkins.steps;

import hudson.Util;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.ArrayList;
import java.util.Arrays;
import jenkins.agents.ControllerToAgentFileCallable;
import org.apache.tools.ant.DirectoryScanner;
import org.apache.tools.ant.types.FileSet;

/**
 * Reads files of a workspace where it is. Follows no links: what a build puts into its workspace must not lead to what
 * the agent or the controller may read and the build may not.
 *
 * @param pattern as Ant has them
 * @param mostBytes of all files together
 */
record ResultFiles(String pattern, int mostFiles, int mostBytes)
        implements ControllerToAgentFileCallable<ArrayList<ResultFiles.Content>> {
    /** A file's name within the workspace, and its content. */
    record Content(String name, String text) implements Serializable {}

    /** @throws IOException if there is more than may be read */
    @Override
    public ArrayList<Content> invoke(File workspace, VirtualChannel channel) throws IOException {
        FileSet set = Util.createFileSet(workspace, pattern);
        set.setFollowSymlinks(false);
        DirectoryScanner scanner = set.getDirectoryScanner();
        String[] names = scanner.getIncludedFiles();
        if (names.length > mostFiles) {
            throw new IOException("expected at most " + mostFiles + " files, found " + names.length);
        }
        Arrays.sort(names);
        ArrayList<Content> contents = new ArrayList<>();
        int left = mostBytes;
        for (String name : names) {
            byte[] bytes;
            try (InputStream in = Files.newInputStream(workspace.toPath().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                bytes = in.readNBytes(left + 1);
            }
            if (bytes.length > left) {
                throw new IOException("expected at most " + mostBytes + " bytes in all files together");
            }
            left -= bytes.length;
            contents.add(new Content(name, new String(bytes, StandardCharsets.UTF_8)));
        }
        return contents;
    }
}
