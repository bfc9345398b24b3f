package io.faultline.checks;

import io.faultline.net.ProtocolFault;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The parts of a program or library that tell about its hardening (System V ABI, ELF; 32 and 64 bit, either order). */
record Elf(Set<Feature> features) {
    enum Feature {
        PIE,
        RELRO,
        BIND_NOW,
        CANARY,
        FORTIFY,
        NX
    }

    private static final long LARGEST = 512L << 20;
    private static final int MOST_SYMBOLS = 500_000;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int PT_GNU_RELRO = 0x6474e552;
    private static final int DT_STRTAB = 5;
    private static final int DT_STRSZ = 10;
    private static final int DT_BIND_NOW = 24;
    private static final int DT_FLAGS = 30;
    private static final int DT_FLAGS_1 = 0x6ffffffb;
    private static final long DF_1_NOW = 1;
    private static final long DF_BIND_NOW = 8;

    /** Functions of the C library that have a checked variant, the usual ones. */
    private static final Set<String> FORTIFIABLE = Set.of(
            "memcpy",
            "memmove",
            "memset",
            "mempcpy",
            "strcpy",
            "stpcpy",
            "strncpy",
            "strcat",
            "strncat",
            "sprintf",
            "snprintf",
            "vsprintf",
            "vsnprintf",
            "printf",
            "fprintf",
            "vprintf",
            "vfprintf",
            "syslog",
            "vsyslog",
            "gets",
            "fgets",
            "read",
            "pread",
            "recv",
            "recvfrom",
            "readlink",
            "realpath",
            "getcwd",
            "wcscpy",
            "fread",
            "asprintf",
            "vasprintf",
            "dprintf");

    Elf {
        features = Set.copyOf(features);
    }

    boolean has(Feature feature) {
        return features.contains(feature);
    }

    /**
     * Nothing if this is a relocatable object or a core, which have no hardening of their own.
     *
     * @throws ProtocolFault if it is cut short, malformed, or larger than {@value #LARGEST} bytes
     */
    static Optional<Elf> read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new ProtocolFault("it is larger than " + LARGEST + " bytes");
        }
        try {
            return Optional.ofNullable(new Reader(Files.readAllBytes(file)).read());
        } catch (IndexOutOfBoundsException
                | BufferUnderflowException
                | ArithmeticException
                | IllegalArgumentException e) {
            throw new ProtocolFault("it is cut short, or no ELF file after all", e);
        }
    }

    private static final class Reader {
        private final ByteBuffer bytes;
        private final boolean wide;

        Reader(byte[] content) {
            bytes = ByteBuffer.wrap(content);
            wide = content[4] == 2;
            bytes.order(content[5] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        }

        private long word(long at) {
            return wide ? bytes.getLong(Math.toIntExact(at)) : bytes.getInt(Math.toIntExact(at)) & 0xffffffffL;
        }

        private int half(long at) {
            return bytes.getShort(Math.toIntExact(at)) & 0xffff;
        }

        private int integer(long at) {
            return bytes.getInt(Math.toIntExact(at));
        }

        Elf read() {
            int type = half(16);
            if (type != 2 && type != 3) {
                return null;
            }
            EnumSet<Feature> found = EnumSet.noneOf(Feature.class);
            long table = word(wide ? 32 : 28);
            int size = half(wide ? 54 : 42);
            int count = half(wide ? 56 : 44);
            boolean program = false;
            boolean stack = false;
            long dynamic = -1;
            long dynamicSize = 0;
            for (int i = 0; i < count; i++) {
                long at = table + (long) i * size;
                switch (integer(at)) {
                    case PT_INTERP -> program = true;
                    case PT_GNU_RELRO -> found.add(Feature.RELRO);
                    case PT_GNU_STACK -> {
                        stack = true;
                        if ((integer(at + (wide ? 4 : 24)) & 1) == 0) {
                            found.add(Feature.NX);
                        }
                    }
                    case PT_DYNAMIC -> {
                        dynamic = word(at + (wide ? 8 : 4));
                        dynamicSize = word(at + (wide ? 32 : 16));
                    }
                    default -> {
                        // Nothing that tells about hardening.
                    }
                }
            }
            if (!stack) {
                // Without the header the system gives an executable stack.
                found.remove(Feature.NX);
            }
            if (type == 3) {
                found.add(Feature.PIE);
            }
            Set<String> names = new HashSet<>();
            if (dynamic >= 0) {
                dynamic(dynamic, dynamicSize, found, names);
            } else if (program) {
                found.remove(Feature.PIE);
            }
            if (names.contains("__stack_chk_fail") || names.contains("__stack_chk_guard")) {
                found.add(Feature.CANARY);
            }
            boolean checked = names.stream().anyMatch(name -> name.startsWith("__") && name.endsWith("_chk"));
            if (checked || names.stream().noneMatch(FORTIFIABLE::contains)) {
                found.add(Feature.FORTIFY);
            }
            return new Elf(found);
        }

        private void dynamic(long start, long size, Set<Feature> found, Set<String> names) {
            Map<Long, Long> entries = new HashMap<>();
            int step = wide ? 16 : 8;
            for (long at = start; at < start + size; at += step) {
                long tag = word(at);
                if (tag == 0) {
                    break;
                }
                entries.put(tag, word(at + step / 2));
            }
            if (entries.containsKey((long) DT_BIND_NOW)
                    || (entries.getOrDefault((long) DT_FLAGS, 0L) & DF_BIND_NOW) != 0
                    || (entries.getOrDefault((long) DT_FLAGS_1, 0L) & DF_1_NOW) != 0) {
                found.add(Feature.BIND_NOW);
            }
            long strings = offset(entries.getOrDefault((long) DT_STRTAB, -1L));
            long length = entries.getOrDefault((long) DT_STRSZ, 0L);
            if (strings >= 0) {
                // Every string of the dynamic part: names of symbols, and of libraries, which are none of ours.
                byte[] text = new byte[Math.toIntExact(Math.min(length, bytes.capacity() - strings))];
                bytes.get(Math.toIntExact(strings), text);
                for (String name : new String(text, StandardCharsets.ISO_8859_1).split("\0", MOST_SYMBOLS)) {
                    names.add(name);
                }
            }
        }

        /** Where in the file an address of memory is. */
        private long offset(long address) {
            long table = word(wide ? 32 : 28);
            int size = half(wide ? 54 : 42);
            int count = half(wide ? 56 : 44);
            for (int i = 0; i < count; i++) {
                long at = table + (long) i * size;
                if (integer(at) == PT_LOAD) {
                    long begin = word(at + (wide ? 16 : 8));
                    long inFile = word(at + (wide ? 32 : 16));
                    if (address >= begin && address < begin + inFile) {
                        return address - begin + word(at + (wide ? 8 : 4));
                    }
                }
            }
            return -1;
        }
    }
}
