/** Permission for the private push channel; the push itself is another company's service and is not simulated. */
import { createHmac } from 'node:crypto';
import type { SimHost, SimReply, SimRequest } from '../kit/types.js';
import { refusal } from './replies.js';
import { signature } from './signing.js';

const CHANNEL_ID = 4711;
const APPLICATION_KEY = signature('smintio-pusher', 'key');

export const pusherReply = (host: SimHost, request: SimRequest): SimReply => {
  const form = request.form();
  const channel = form.get('channel_name') ?? '';
  const socket = form.get('socket_id') ?? '';
  if (!/^\d+\.\d+$/.test(socket)) return refusal(host, 400, 'invalid_parameter', 'socket_id is not valid');
  if (channel !== `private-2-${CHANNEL_ID}`) return refusal(host, 403, 'forbidden', 'Not a channel of this tenant');
  const proof = createHmac('sha256', APPLICATION_KEY).update(`${socket}:${channel}`).digest('hex');
  return { status: 200, body: { auth: `${APPLICATION_KEY}:${proof}` } };
};
