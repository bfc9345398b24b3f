package io.faultline.jenkins.config;

import hudson.ExtensionPoint;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.faultline.catalog.Catalog;
import io.faultline.catalog.CatalogReader;
import io.faultline.checks.CheckTypes;
import io.faultline.jenkins.Messages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Where the catalogue comes from. */
public abstract class CatalogSource extends AbstractDescribableImpl<CatalogSource> implements ExtensionPoint {
    /** The folders and files to read now; none if nothing is set. Touches no network. */
    public abstract List<Path> paths();

    /**
     * Brings what {@link #paths()} leads to up to date, if it comes from elsewhere. Called from time to time and when
     * somebody asks for it, never by a thread that anybody waits for.
     *
     * @param workFolder where a copy may be kept
     * @throws IOException one sentence for people, without secrets
     */
    public void update(Path workFolder) throws IOException, InterruptedException {}

    @Override
    public CatalogSourceDescriptor getDescriptor() {
        return (CatalogSourceDescriptor) super.getDescriptor();
    }

    /** A kind of place that a catalogue may come from. */
    public abstract static class CatalogSourceDescriptor extends Descriptor<CatalogSource> {
        private static final int MOST_SHOWN = 20;

        /** Reads a folder or file as it is now and says what would be taken and what refused; changes nothing. */
        static FormValidation tried(Path folder) {
            Catalog catalog = CatalogReader.read(List.of(folder), CheckTypes.ALL, folder.resolve("state.db"));
            String found = Messages.CatalogSource_found(
                    catalog.services().size(),
                    catalog.machines().size(),
                    catalog.checks().count());
            if (catalog.problems().isEmpty()) {
                return FormValidation.ok(found);
            }
            return FormValidation.warning(found + "\n"
                    + Messages.CatalogSource_refused(catalog.problems().size()) + "\n"
                    + catalog.problems().stream()
                            .limit(MOST_SHOWN)
                            .map(Object::toString)
                            .collect(Collectors.joining("\n")));
        }
    }
}
