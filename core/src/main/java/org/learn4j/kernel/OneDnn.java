package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_out_of_memory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unimplemented;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import java.lang.reflect.Field;
import java.util.Locale;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.learn4j.tensor.TensorMemoryException;

/** The oneDNN library: loading it, the engine all threads share, and its status codes. */
final class OneDnn {
    /** The CPU engine; loading the library is part of initialising this class. */
    static final dnnl_engine ENGINE = engine();

    private OneDnn() {}

    private static dnnl_engine engine() {
        Loader.load(dnnl.class);
        dnnl_engine engine = new dnnl_engine();
        check(dnnl_engine_create(engine, dnnl_cpu, 0), "create an engine");
        return engine;
    }

    /** Throws unless the status is success. */
    static void check(int status, String action) {
        if (status != dnnl_success) {
            throw failure(status, action);
        }
    }

    private static RuntimeException failure(int status, String action) {
        String message = "oneDNN could not " + action + ": status " + status;
        if (status == dnnl_out_of_memory) {
            return new TensorMemoryException(message + " (out of memory)", new OutOfMemoryError(message));
        }
        if (status == dnnl_unimplemented) {
            return new UnsupportedOperationException(message + " (not implemented)");
        }
        return new IllegalStateException(message);
    }

    /** Returns the version and instruction set, as {@code oneDNN 3.11, avx512_core_bf16}. */
    static String describe() {
        dnnl_version_t version = dnnl_version();
        return "oneDNN " + version.major() + "." + version.minor() + ", " + instructionSet();
    }

    private static String instructionSet() {
        int effective = dnnl_get_effective_cpu_isa();
        for (Field field : dnnl.class.getFields()) {
            String name = field.getName();
            if (name.startsWith("dnnl_cpu_isa_") && !name.equals("dnnl_cpu_isa_default") && isInt(field, effective)) {
                return name.substring("dnnl_cpu_isa_".length()).toLowerCase(Locale.ROOT);
            }
        }
        return "instruction set " + effective;
    }

    private static boolean isInt(Field field, int value) {
        try {
            return field.getType() == int.class && field.getInt(null) == value;
        } catch (IllegalAccessException inaccessible) {
            return false;
        }
    }
}
