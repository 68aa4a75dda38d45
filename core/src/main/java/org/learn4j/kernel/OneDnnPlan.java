package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A compiled primitive with its execution arguments. Running it again costs one native call, plus one for each argument
 * whose address has changed. Belongs to one thread's context. A plan that moves little memory runs on the calling
 * thread alone: waking another would take longer than the work.
 */
final class OneDnnPlan {
    private final OneDnnContext context;
    private final dnnl_primitive primitive;
    private final dnnl_exec_arg_t arguments;
    private final dnnl_memory[] memories;
    private final long[] addresses;
    private final long[] bytes;
    private final int scratchIndex;
    private final long scratchBytes;
    private final boolean serial;
    private final @Nullable FloatPointer scalars;
    private final @Nullable FloatBuffer scalarValues;
    private final @Nullable ByteBuffer order;

    OneDnnPlan(
            OneDnnContext context,
            dnnl_primitive primitive,
            dnnl_exec_arg_t arguments,
            dnnl_memory[] memories,
            long[] bytes,
            int scratchIndex,
            long scratchBytes,
            boolean serial,
            @Nullable FloatPointer scalars,
            @Nullable ByteBuffer order) {
        this.context = context;
        this.primitive = primitive;
        this.arguments = arguments;
        this.memories = memories;
        this.addresses = new long[memories.length];
        this.bytes = bytes;
        this.scratchIndex = scratchIndex;
        this.scratchBytes = scratchBytes;
        this.serial = serial;
        this.scalars = scalars;
        this.order = order;
        this.scalarValues = scalars == null ? null : scalars.asBuffer();
    }

    /** Points the argument that was declared at this position to an address. */
    OneDnnPlan bind(int index, long address) {
        if (addresses[index] != address) {
            OneDnn.check(
                    dnnl_memory_set_data_handle(memories[index], context.pointer(address)), "set a memory's address");
            addresses[index] = address;
        }
        return this;
    }

    /** Returns the size of the argument that was declared at this position. */
    long bytes(int index) {
        return bytes[index];
    }

    /** Returns what tells the order in which a plan packs elements from all others. */
    ByteBuffer order() {
        if (order == null) {
            throw new IllegalStateException("This plan does not pack elements");
        }
        return order;
    }

    /** Sets a number that the primitive reads when it runs. */
    OneDnnPlan scalar(int index, double value) {
        FloatBuffer values = scalarValues;
        if (values == null) {
            throw new IllegalStateException("This plan has no scalars");
        }
        values.put(index * OneDnnPlanBuilder.SCALAR_SPACING, (float) value);
        return this;
    }

    /** Runs the primitive. */
    void run() {
        if (scratchIndex >= 0) {
            bind(scratchIndex, context.temporary(OneDnnContext.SCRATCHPAD, scratchBytes));
        }
        if (serial) {
            OneDnnThreads.one();
        }
        int status = dnnl_primitive_execute(primitive, context.stream(), memories.length, arguments);
        if (serial) {
            OneDnnThreads.all();
        }
        OneDnn.check(status, "run a primitive");
    }

    /** Frees the native objects. */
    void destroy() {
        dnnl_primitive_destroy(primitive);
        for (dnnl_memory memory : memories) {
            dnnl_memory_destroy(memory);
        }
        close(arguments);
        close(scalars);
    }

    private static void close(@Nullable Pointer pointer) {
        if (pointer != null) {
            pointer.close();
        }
    }
}
