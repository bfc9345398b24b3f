package io.faultline.config;

/**
 * Where something stands in a file that a person wrote.
 *
 * @param line from 1; 0 means the file as a whole
 * @param column from 1
 */
public record Place(String file, int line, int column) {
    /** A file's name may hold anything but a slash; here it is made fit to be shown. */
    public Place {
        file = Shown.oneLine(file, 1024);
    }

    public static Place of(String file) {
        return new Place(file, 0, 0);
    }

    /** The form that editors and compilers use: {@code file:line:column}. */
    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
