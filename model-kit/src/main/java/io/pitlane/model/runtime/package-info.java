/** TensorFlow's natives, threads and sessions. */
package io.pitlane.model.runtime;
