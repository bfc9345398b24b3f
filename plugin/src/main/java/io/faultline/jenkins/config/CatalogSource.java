package io.faultline.jenkins.config;

import hudson.ExtensionPoint;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
    public abstract static class CatalogSourceDescriptor extends Descriptor<CatalogSource> {}
}
