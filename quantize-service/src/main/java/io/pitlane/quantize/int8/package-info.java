/** Post-training int8: rewrites a float graph for oneDNN's integer kernels. */
package io.pitlane.quantize.int8;
