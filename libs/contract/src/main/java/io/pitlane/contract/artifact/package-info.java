/** Models, data and checkpoints as references to bytes with a digest. */
package io.pitlane.contract.artifact;
