package io.faultline.catalog;

import java.nio.charset.StandardCharsets;

/** Tells whether a definition is the same as before (64-bit FNV-1a; not meant to withstand somebody who forges it). */
final class Fingerprint {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Fingerprint() {}

    static String of(String... parts) {
        long hash = BASIS;
        for (String part : parts) {
            for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
                hash = (hash ^ (b & 0xff)) * PRIME;
            }
            // 0xff is in no UTF-8 text: "ab","c" and "a","bc" differ.
            hash = (hash ^ 0xff) * PRIME;
        }
        String hex = Long.toHexString(hash);
        return "0".repeat(16 - hex.length()) + hex;
    }
}
