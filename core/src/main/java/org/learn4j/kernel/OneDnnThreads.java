package org.learn4j.kernel;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencl.User_func_Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of OpenMP threads that oneDNN computes on: {@code -Dlearn4j.threads}, else the environment's
 * {@code OMP_NUM_THREADS}, else the processors Java sees.
 *
 * <p>oneDNN has no call that sets it, and OpenMP's is found by name in the loaded library: OpenMP keeps the number for each
 * thread that starts parallel work, so every thread sets it once.
 */
final class OneDnnThreads {
    private static final Logger LOG = LoggerFactory.getLogger(OneDnnThreads.class);
    private static final String PROPERTY = "learn4j.threads";
    private static final int COUNT = count();

    private OneDnnThreads() {}

    private static int count() {
        String wanted = System.getProperty(PROPERTY, System.getenv().getOrDefault("OMP_NUM_THREADS", ""));
        if (wanted.isEmpty()) {
            return Runtime.getRuntime().availableProcessors();
        }
        if (!wanted.matches("[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException(PROPERTY + " is a number of threads from 1 on, received \"" + wanted + "\"");
        }
        return Integer.parseInt(wanted);
    }

    static String describe() {
        return COUNT + (COUNT == 1 ? " thread" : " threads");
    }

    /** Makes parallel work that this thread starts run on as many threads as wanted. */
    static void applyToThisThread() {
        Pointer function = Loader.addressof("omp_set_num_threads");
        if (function == null || function.isNull()) {
            LOG.debug("omp_set_num_threads was not found; set OMP_NUM_THREADS to choose the number of threads");
            return;
        }
        try (PointerPointer<Pointer> holder = new PointerPointer<>(2)) {
            holder.put(0, function);
            holder.put(1, (Pointer) null);
            new User_func_Pointer(holder).call(new Number(COUNT));
        }
    }

    /** An integer where a function of one pointer is called: both are passed in the same register. */
    private static final class Number extends Pointer {
        Number(long value) {
            address = value;
        }
    }
}
