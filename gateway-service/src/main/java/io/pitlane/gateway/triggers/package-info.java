/** Events that start the registered plan of a model. */
package io.pitlane.gateway.triggers;
