package io.faultline.jenkins;

import io.faultline.history.Transition;
import io.faultline.run.Recorder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Waits for what was handed to the recorder. */
final class Receipts implements Recorder.Receipt {
    private final List<Transition> arrived = new ArrayList<>();
    private int expected;
    private RuntimeException lost;

    synchronized void expect() {
        expected++;
    }

    @Override
    public synchronized void recorded(Transition transition) {
        arrived.add(transition);
        notifyAll();
    }

    @Override
    public synchronized void lost(RuntimeException why) {
        lost = why;
        notifyAll();
    }

    /** @throws IOException if results could not be stored */
    synchronized List<Transition> await() throws IOException, InterruptedException {
        while (arrived.size() < expected && lost == null) {
            wait();
        }
        if (lost != null) {
            throw new IOException("results could not be stored: " + lost.getMessage(), lost);
        }
        return List.copyOf(arrived);
    }
}
