package io.faultline.jenkins.config;

import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import hudson.EnvVars;
import hudson.Extension;
import hudson.Util;
import hudson.model.TaskListener;
import hudson.plugins.git.GitException;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.faultline.config.Shown;
import io.faultline.jenkins.FaultlineEngine;
import io.faultline.jenkins.Messages;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.URIish;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.gitclient.Git;
import org.jenkinsci.plugins.gitclient.GitClient;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * A branch of a Git repository, copied to the controller and fetched every few minutes. Needs the plugin git-client. A
 * password in the address is never kept, and such an address is refused.
 */
public final class GitCatalog extends CatalogSource {
    private static final String DEFAULT_BRANCH = "main";
    private static final int TIMEOUT_MINUTES = 5;
    private static final int TRY_MINUTES = 1;
    private static final String NO_PASSWORD = "***";
    private static final Pattern BRANCH = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/-]{0,200}");

    private final String url;
    private String branch = DEFAULT_BRANCH;
    private String folder = "";
    private String credentialsId;

    @DataBoundConstructor
    public GitCatalog(String url) {
        this.url = withoutPassword(Util.fixNull(url).trim());
    }

    private static String withoutPassword(String url) {
        return hasPassword(url) ? uri(url).orElseThrow().setPass(NO_PASSWORD).toPrivateString() : url;
    }

    private static boolean hasPassword(String url) {
        return uri(url).filter(uri -> uri.getPass() != null).isPresent();
    }

    private static Optional<URIish> uri(String url) {
        try {
            return Optional.of(new URIish(url));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    public String getUrl() {
        return url;
    }

    public String getBranch() {
        return branch;
    }

    @DataBoundSetter
    public void setBranch(String branch) {
        this.branch = Util.fixEmptyAndTrim(branch) == null ? DEFAULT_BRANCH : branch.trim();
    }

    /** In the repository. */
    public String getFolder() {
        return folder;
    }

    @DataBoundSetter
    public void setFolder(String folder) {
        this.folder = Util.fixNull(folder).trim();
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** A copy of its own for each repository. */
    private Path copy(Path workFolder) {
        return workFolder.resolve("catalog-" + Util.getDigestOf(url).substring(0, 12));
    }

    @Override
    public List<Path> paths() {
        return inside(copy(FaultlineEngine.folder()), folder)
                .filter(Files::exists)
                .map(List::of)
                .orElse(List.of());
    }

    /** The folder in the copy; nothing if it is outside of it, or no name of a folder. */
    private static Optional<Path> inside(Path copy, String folder) {
        try {
            return Optional.of(copy.resolve(folder).normalize()).filter(wanted -> wanted.startsWith(copy));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    @Override
    public void update(Path workFolder) throws IOException, InterruptedException {
        if (!url.isEmpty()) {
            fetch(copy(workFolder), TIMEOUT_MINUTES);
        }
    }

    private void fetch(Path copy, int minutes) throws IOException, InterruptedException {
        if (hasPassword(url)) {
            throw new IOException(Messages.GitCatalog_password());
        }
        if (!BRANCH.matcher(branch).matches() || url.startsWith("-")) {
            throw new IOException("the address or the branch of the catalogue is no such thing");
        }
        Files.createDirectories(copy);
        try {
            GitClient git = Git.with(TaskListener.NULL, new EnvVars())
                    .in(copy.toFile())
                    .using("jgit")
                    .getClient();
            GlobalCredentials.find(StandardCredentials.class, credentialsId).ifPresent(git::addDefaultCredentials);
            if (!git.hasGitRepo()) {
                git.init();
            }
            // A link in the repository could lead to any file of the controller.
            git.withRepository((repository, channel) -> {
                repository.getConfig().setBoolean("core", null, "symlinks", false);
                repository.getConfig().save();
                return null;
            });
            git.fetch_()
                    .from(
                            new URIish(url),
                            List.of(new RefSpec("+refs/heads/" + branch + ":refs/remotes/origin/" + branch)))
                    .timeout(minutes)
                    .execute();
            git.checkout()
                    .ref(git.revParse("refs/remotes/origin/" + branch).name())
                    .deleteBranchIfExist(true)
                    .execute();
        } catch (GitException | URISyntaxException e) {
            throw new IOException(Shown.oneLine(String.valueOf(e.getMessage()), 300), e);
        }
        if (inside(copy, folder).filter(Files::exists).isEmpty()) {
            throw new IOException(Messages.GitCatalog_noFolder(folder, branch));
        }
    }

    /** Only where there is a Git client. */
    @Extension(optional = true)
    @Symbol("git")
    public static final class DescriptorImpl extends CatalogSourceDescriptor {
        public DescriptorImpl() {
            // Fails where the plugin is not there, and then this kind of catalogue is not either.
            GitClient.class.getName();
        }

        @Override
        public String getDisplayName() {
            return Messages.GitCatalog_displayName();
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(@QueryParameter String url, @QueryParameter String credentialsId) {
            if (!Jenkins.get().hasPermission(Jenkins.ADMINISTER)) {
                return new StandardListBoxModel().includeCurrentValue(credentialsId);
            }
            return new StandardListBoxModel()
                    .includeEmptyValue()
                    .includeMatchingAs(
                            ACL.SYSTEM2,
                            Jenkins.get(),
                            StandardCredentials.class,
                            URIRequirementBuilder.fromUri(Util.fixNull(url)).build(),
                            GitClient.CREDENTIALS_MATCHER)
                    .includeCurrentValue(credentialsId);
        }

        @POST
        public FormValidation doCheckUrl(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            if (Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.error(Messages.GitCatalog_noUrl());
            }
            if (hasPassword(value.trim())) {
                return FormValidation.error(Messages.GitCatalog_password());
            }
            return uri(value.trim()).isPresent()
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.GitCatalog_noUrl());
        }

        @POST
        public FormValidation doCheckBranch(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return Util.fixEmptyAndTrim(value) == null
                            || BRANCH.matcher(value.trim()).matches()
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.GitCatalog_noBranch());
        }

        @POST
        public FormValidation doCheckFolder(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            return inside(Path.of("repository"), Util.fixNull(value).trim()).isPresent()
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.GitCatalog_outside());
        }

        /** Fetches the branch as it is now and says what would be taken and what refused; keeps nothing of it. */
        @POST
        public FormValidation doTryCatalog(
                @QueryParameter String url,
                @QueryParameter String branch,
                @QueryParameter String folder,
                @QueryParameter String credentialsId)
                throws IOException, InterruptedException {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            FormValidation known = doCheckUrl(url);
            if (known.kind != FormValidation.Kind.OK) {
                return known;
            }
            GitCatalog catalog = new GitCatalog(url);
            catalog.setBranch(branch);
            catalog.setFolder(folder);
            catalog.setCredentialsId(credentialsId);
            Path copy = Files.createTempDirectory(Files.createDirectories(FaultlineEngine.folder()), "try");
            try {
                catalog.fetch(copy, TRY_MINUTES);
                return tried(inside(copy, catalog.folder).orElseThrow());
            } catch (IOException e) {
                return FormValidation.error(e.getMessage());
            } finally {
                Util.deleteRecursive(copy.toFile());
            }
        }
    }
}
