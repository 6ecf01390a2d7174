/** The plans that are registered for models. */
package io.pitlane.gateway.plans;
