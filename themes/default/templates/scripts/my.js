{# The script of the page of starred events, joined like page.js. #}
{% filter joined %}
{% include "scripts/my/list.js" %}

{% include "scripts/my/events.js" %}

{% include "scripts/my/calendar.js" %}

{% include "scripts/my/start.js" %}
{% endfilter %}
