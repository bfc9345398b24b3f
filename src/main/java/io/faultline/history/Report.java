package io.faultline.history;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What a machine sent of itself, after its signature was found good.
 *
 * @param machine its name in the catalogue
 * @param at when it was made, by the machine's clock; each report of a machine is later than the one before
 * @param received by our clock
 * @param text the agent's lines, ASCII
 */
public record Report(String machine, Instant at, Instant received, String text) {
    public byte[] content() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
