/** The plan: what a user asks for, read and validated as a whole. */
package io.pitlane.contract.plan;
