package io.faultline.verdict;

import java.util.Arrays;

/** A list of places in a block of bytes, used again and again. Not for use by several threads. */
final class Places {
    private int[] places = new int[4096];
    private int count;

    void add(int place) {
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = place;
    }

    int count() {
        return count;
    }

    int get(int i) {
        return places[i];
    }

    void clear() {
        count = 0;
    }
}
