{# The script of the desk's first page. #}
{% filter joined() %}
{% include "scripts/desk/deskwords.js" %}

{% include "scripts/desk/asking.js" %}

{% include "scripts/desk/parts.js" %}

{% include "scripts/desk/cards.js" %}

{% include "scripts/desk/results.js" %}

{% include "scripts/desk/importing.js" %}

{% include "scripts/desk/deskpage.js" %}
{% endfilter %}
