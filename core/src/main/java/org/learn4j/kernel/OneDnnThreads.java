package org.learn4j.kernel;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencl.User_func_Pointer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of OpenMP threads that oneDNN computes on: {@code -Dlearn4j.threads}, else the environment's
 * {@code OMP_NUM_THREADS}, else the processors Java sees.
 *
 * <p>oneDNN has no call that sets it, and OpenMP's is found by name in the loaded library: OpenMP keeps the number for
 * each thread that starts parallel work, so every thread sets it once.
 */
final class OneDnnThreads {
    private static final Logger LOG = LoggerFactory.getLogger(OneDnnThreads.class);
    private static final String PROPERTY = "learn4j.threads";
    private static final int COUNT = count();
    private static final Number ONE = new Number(1);
    private static final Number ALL = new Number(COUNT);
    private static final PointerPointer<Pointer> HOLDER = new PointerPointer<>(2);
    private static final @Nullable User_func_Pointer SETTER = find();

    private OneDnnThreads() {}

    private static int count() {
        String wanted = System.getProperty(PROPERTY, System.getenv().getOrDefault("OMP_NUM_THREADS", ""));
        if (wanted.isEmpty()) {
            return Runtime.getRuntime().availableProcessors();
        }
        if (wanted.matches("[1-9][0-9]{0,4}")) {
            return Integer.parseInt(wanted);
        }
        int processors = Runtime.getRuntime().availableProcessors();
        LOG.warn("{} is a number of threads from 1 on, received \"{}\"; using {}", PROPERTY, wanted, processors);
        return processors;
    }

    static String describe() {
        return COUNT + (COUNT == 1 ? " thread" : " threads");
    }

    /** Makes parallel work that this thread starts run on as many threads as wanted. */
    static void applyToThisThread() {
        if (SETTER == null) {
            LOG.debug("omp_set_num_threads was not found; set OMP_NUM_THREADS to choose the number of threads");
        }
        all();
    }

    /** Makes parallel work that this thread starts run on this thread alone. */
    static void one() {
        if (SETTER != null) {
            SETTER.call(ONE);
        }
    }

    /** Undoes {@link #one()}. */
    static void all() {
        if (SETTER != null) {
            SETTER.call(ALL);
        }
    }

    /** Returns whether there is more than one thread to compute on, and a way to choose. */
    static boolean canChoose() {
        return SETTER != null && COUNT > 1;
    }

    private static @Nullable User_func_Pointer find() {
        Pointer function = Loader.addressof("omp_set_num_threads");
        if (function == null || function.isNull()) {
            return null;
        }
        HOLDER.put(0, function);
        HOLDER.put(1, (Pointer) null);
        return new User_func_Pointer(HOLDER);
    }

    /** An integer where a function of one pointer is called: both are passed in the same register. */
    private static final class Number extends Pointer {
        Number(long value) {
            address = value;
        }
    }
}
