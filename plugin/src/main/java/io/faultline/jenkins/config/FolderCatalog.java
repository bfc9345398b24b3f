package io.faultline.jenkins.config;

import hudson.Extension;
import hudson.Util;
import hudson.util.FormValidation;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.checks.CheckTypes;
import io.faultline.jenkins.Messages;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A folder of YAML files on the controller, put there by whatever deploys configuration (Puppet, a package, Git). */
public final class FolderCatalog extends CatalogSource {
    private static final int MOST_SHOWN = 20;

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
            Path folder = resolved(path.trim());
            return told(CatalogReader.read(List.of(folder), CheckTypes.ALL, folder.resolve("state.db")));
        }

        static FormValidation told(Catalog catalog) {
            String found = Messages.FolderCatalog_found(
                    catalog.services().size(),
                    catalog.machines().size(),
                    catalog.checks().count());
            if (catalog.problems().isEmpty()) {
                return FormValidation.ok(found);
            }
            return FormValidation.warning(found + "\n"
                    + Messages.FolderCatalog_refused(catalog.problems().size()) + "\n"
                    + catalog.problems().stream()
                            .limit(MOST_SHOWN)
                            .map(Object::toString)
                            .collect(Collectors.joining("\n")));
        }
    }
}
