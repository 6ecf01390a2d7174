/** Options of quantization. */
package io.pitlane.contract.quantization;
