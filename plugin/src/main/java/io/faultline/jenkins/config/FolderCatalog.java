package io.faultline.jenkins.config;

import hudson.Extension;
import hudson.Util;
import hudson.util.FormValidation;
import io.faultline.jenkins.Messages;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A folder of YAML files on the controller, put there by whatever deploys configuration (Puppet, a package, Git). */
public final class FolderCatalog extends CatalogSource {
    private final String path;

    @DataBoundConstructor
    public FolderCatalog(String path) {
        this.path = Util.fixNull(path).trim();
    }

    public String getPath() {
        return path;
    }

    @Override
    public List<Path> paths() {
        return path.isEmpty() ? List.of() : List.of(resolved(path));
    }

    /** A relative path counts from the home of Jenkins. */
    private static Path resolved(String path) {
        return Jenkins.get().getRootDir().toPath().resolve(path);
    }

    @Extension
    @Symbol("folder")
    public static final class DescriptorImpl extends CatalogSourceDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.FolderCatalog_displayName();
        }

        @POST
        public FormValidation doCheckPath(@QueryParameter String value) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            if (Util.fixEmptyAndTrim(value) == null) {
                return FormValidation.ok(Messages.FolderCatalog_none());
            }
            try {
                return Files.exists(resolved(value.trim()))
                        ? FormValidation.ok()
                        : FormValidation.error(Messages.FolderCatalog_notThere(resolved(value.trim())));
            } catch (InvalidPathException e) {
                return FormValidation.error(Messages.FolderCatalog_notThere(value));
            }
        }

        /** Reads the catalogue as it is now and says what would be taken and what refused; changes nothing. */
        @POST
        public FormValidation doTryCatalog(@QueryParameter String path) {
            Jenkins.get().checkPermission(Jenkins.ADMINISTER);
            FormValidation there = doCheckPath(path);
            if (there.kind != FormValidation.Kind.OK || Util.fixEmptyAndTrim(path) == null) {
                return there;
            }
            return tried(resolved(path.trim()));
        }
    }
}
